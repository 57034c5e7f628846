/** How a node is made up and how it stands, for people and tools that look at it. */
@Export
@Version("0.1.0")
package io.tenon.api.status;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
