/** Finding the members of a new cluster when the flags do not name them. */
package io.tenon.launcher.discovery;
