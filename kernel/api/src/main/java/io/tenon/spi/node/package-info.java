/** What bundles have to say about the node as a whole. */
@Export
@Version("0.1.0")
package io.tenon.spi.node;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
