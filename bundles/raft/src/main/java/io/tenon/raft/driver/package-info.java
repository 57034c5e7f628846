/** Runs the Raft core on one loop: inboxes in front of it, the log, the apply loop and the peers behind it. */
package io.tenon.raft.driver;
