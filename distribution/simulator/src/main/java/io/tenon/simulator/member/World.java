package io.tenon.simulator.member;

import io.tenon.simulator.check.Witness;
import io.tenon.simulator.network.Network;
import io.tenon.simulator.world.Schedule;
import io.tenon.simulator.world.Trace;

/** What all members share. */
public record World(Schedule schedule, Network network, Trace trace, Witness witness) {
}
