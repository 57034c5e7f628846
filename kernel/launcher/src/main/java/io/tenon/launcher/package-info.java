/** From a command line to a running framework, and to the process's end with the right exit code. */
package io.tenon.launcher;
