/** Logging as etcd does it: one JSON object a line. */
package io.tenon.launcher.log;
