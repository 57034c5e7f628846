/**
 * The Raft core: {@link io.tenon.raft.core.RaftCore#step} takes one input and changes state, {@link io.tenon.raft.core.RaftCore#take} hands
 * out what has to be done because of it. No clock, no randomness beyond the seed, no I/O, no callbacks, no logging: whoever runs the core
 * (driver, simulator, scenario runner) carries out the {@link io.tenon.raft.core.Outbox} and tells the core how that went by more inputs.
 */
package io.tenon.raft.core;
