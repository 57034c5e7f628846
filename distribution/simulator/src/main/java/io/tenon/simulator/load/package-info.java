/** What clients do. */
package io.tenon.simulator.load;
