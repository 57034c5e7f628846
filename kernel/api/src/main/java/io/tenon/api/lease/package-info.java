/** The lease service that the edges translate to. */
@Export
@Version("0.1.0")
package io.tenon.api.lease;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
