/** Raft's vocabulary and what the rest of the node asks of it. */
@Export
@Version("0.1.0")
package io.tenon.api.consensus;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
