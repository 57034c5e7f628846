/** How a member of a new cluster learns who the others are when its flags do not name them. */
@Export
@Version("0.1.0")
package io.tenon.spi.discovery;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
