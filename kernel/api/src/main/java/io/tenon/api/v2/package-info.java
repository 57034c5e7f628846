/** The v2 API's answers: what an applied request of it returns. */
@Export
@Version("0.1.0")
package io.tenon.api.v2;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
