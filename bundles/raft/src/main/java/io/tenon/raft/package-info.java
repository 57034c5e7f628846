/** The Raft core, which is pure, and the driver that runs it on one thread. */
package io.tenon.raft;
