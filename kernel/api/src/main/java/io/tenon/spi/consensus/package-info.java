/** What a consensus implementation provides to the kernel. */
@Export
@Version("0.1.0")
package io.tenon.spi.consensus;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
