/** Who this node is, and who the members are. */
@Export
@Version("0.1.0")
package io.tenon.api.cluster;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
