/** A slow, obvious version of the replicated state. */
package io.tenon.simulator.model;
