/** Tests of the server image from outside: processes, files, exit codes. */
package io.tenon.distribution;
