/** The way into the replicated log, and the way to a linearizable read. */
@Export
@Version("0.1.0")
package io.tenon.api.proposal;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
