/** What the watch engine provides to the kernel; streams are known by number so that they outlive an engine. */
@Export
@Version("0.1.0")
package io.tenon.spi.watch;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
