package io.tenon.raft.prevote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.config.Flags;
import io.tenon.spi.election.ElectionRule;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PreVoteTest {

    @Test
    void isOnUnlessTheFlagSaysOtherwise() throws Exception {
        assertEquals(Set.of(ElectionRule.POLL_BEFORE_CAMPAIGN, ElectionRule.ANSWER_STALE_LEADER), given(Map.of()).rules());
        assertEquals(given(Map.of()).rules(), given(Map.of("pre-vote", "T")).rules());
    }

    @Test
    void flagLeavesAnOptionWithoutRules() throws Exception {
        PreVote off = given(Map.of("pre-vote", "0"));
        assertEquals(Set.of(), off.rules());
        assertTrue(off.documentation().contains("--pre-vote=false"), off.documentation());
    }

    private static PreVote given(Map<String, String> flags) throws Exception {
        return new PreVote(Flags.parse(flags));
    }
}
