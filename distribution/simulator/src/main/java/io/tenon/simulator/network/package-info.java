/** Messages on their way. */
package io.tenon.simulator.network;
