package io.tenon.raft.confchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tenon.api.consensus.ConfState;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigurationTest {

    @Test
    void membersAreListedInTheOrderOfEtcd() {
        long small = 0x48db18de8b4e0930L;
        long large = 0xd686e33593235abdL;
        ConfState state = new ConfState(List.of(large, small), List.of(-1L, 7L), List.of(), List.of(), false);
        assertEquals(new ConfState(List.of(small, large), List.of(7L, -1L), List.of(), List.of(), false), Configuration.of(state).toConfState());
    }
}
