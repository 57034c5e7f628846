/** Status, hashes, alarms and space, as one node can answer. */
@Export
@Version("0.1.0")
package io.tenon.api.maintenance;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
