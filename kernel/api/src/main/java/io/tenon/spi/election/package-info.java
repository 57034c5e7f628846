/** Election rules that an option bundle contributes. */
@Export
@Version("0.1.0")
package io.tenon.spi.election;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
