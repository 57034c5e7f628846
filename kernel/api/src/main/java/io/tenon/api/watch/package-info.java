/** Watch streams as the edges see them. */
@Export
@Version("0.1.0")
package io.tenon.api.watch;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
