/** What carries messages between members. */
@Export
@Version("0.1.0")
package io.tenon.spi.transport;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
