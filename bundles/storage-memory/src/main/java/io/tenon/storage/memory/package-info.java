/** A storage engine that keeps everything in memory and checkpoints to a file. */
package io.tenon.storage.memory;
