/** Tests of the watch engine. */
package io.tenon.watch;
