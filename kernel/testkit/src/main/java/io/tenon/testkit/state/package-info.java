/**
 * Replicated state without a node: rows in memory, a context, ports and a pipeline that a test drives by hand on its own thread.
 * Start with {@link io.tenon.testkit.state.StateNode}.
 */
package io.tenon.testkit.state;
