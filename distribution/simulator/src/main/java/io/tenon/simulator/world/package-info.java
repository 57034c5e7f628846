/** Time, chance and the record of what happened. */
package io.tenon.simulator.world;
