/** Known bugs, put back one by one, so that the simulator has to find them. */
package io.tenon.simulator.bug;
