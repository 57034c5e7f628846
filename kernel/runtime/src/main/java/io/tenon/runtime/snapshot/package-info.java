/** Raft snapshots between members: sent from the engine, received into a generation of their own, installed. */
package io.tenon.runtime.snapshot;
