/** What every contract shares: refusals, replies, the caller's context, and the names of slots. */
@Export
@Version("0.1.0")
package io.tenon.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
