/** What a write-ahead log provides: one ordered stream of entries and hard states. */
@Export
@Version("0.1.0")
package io.tenon.spi.log;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
