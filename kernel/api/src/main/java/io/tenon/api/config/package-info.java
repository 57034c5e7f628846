/** The node's configuration as typed, validated records. Units end the names. */
@Export
@Version("0.1.0")
package io.tenon.api.config;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
