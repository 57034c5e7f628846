/** Changes of the configuration as pure functions: a configuration and steps in, a checked configuration out. */
package io.tenon.raft.confchange;
