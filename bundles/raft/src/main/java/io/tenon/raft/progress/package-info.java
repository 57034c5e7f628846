/** What a leader knows of each member's log, and how fast it may send. */
package io.tenon.raft.progress;
