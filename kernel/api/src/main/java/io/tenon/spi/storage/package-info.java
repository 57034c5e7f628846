/** What a storage engine provides: named ordered maps with atomic batches. */
@Export
@Version("0.1.0")
package io.tenon.spi.storage;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
