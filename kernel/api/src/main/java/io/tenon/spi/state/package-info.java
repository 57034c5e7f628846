/** What a replicated state machine provides, and what it may touch while it applies an entry. */
@Export
@Version("0.1.0")
package io.tenon.spi.state;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
