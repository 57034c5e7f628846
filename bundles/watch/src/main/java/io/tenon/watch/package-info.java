/** Watchers: matching events to cursors and catching up slow ones. */
package io.tenon.watch;
