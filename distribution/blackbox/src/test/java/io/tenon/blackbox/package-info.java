/** Tests against a server that was started from the image, with real clients over loopback. */
package io.tenon.blackbox;
