/** The canonical export: the rows of a store as one stream of bytes, the same for the same rows whichever engine holds them. */
@Export
@Version("0.1.0")
package io.tenon.spi.storage.export;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
