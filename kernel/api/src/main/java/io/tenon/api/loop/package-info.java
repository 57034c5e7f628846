/** Loops with one step method, their bounded inboxes, and the host that maps loops to threads. */
@Export
@Version("0.1.0")
package io.tenon.api.loop;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
