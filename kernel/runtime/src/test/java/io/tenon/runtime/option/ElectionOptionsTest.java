package io.tenon.runtime.option;

import static io.tenon.spi.election.ElectionRule.ANSWER_STALE_LEADER;
import static io.tenon.spi.election.ElectionRule.POLL_BEFORE_CAMPAIGN;
import static io.tenon.spi.election.ElectionRule.PROTECT_LIVE_LEADER;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tenon.api.status.OptionStatus;
import io.tenon.spi.election.ElectionOption;
import io.tenon.spi.election.ElectionRule;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ElectionOptionsTest {
    private final ElectionOptions options = new ElectionOptions();

    /** An option that may turn bad, as one whose bundle is gone. */
    private static final class Option implements ElectionOption {
        private final String name;
        private final Set<ElectionRule> rules;
        private boolean gone;

        Option(String name, ElectionRule... rules) {
            this.name = name;
            this.rules = Set.of(rules);
        }

        @Override
        public String name() {
            checkThere();
            return name;
        }

        @Override
        public Set<ElectionRule> rules() {
            checkThere();
            return rules;
        }

        @Override
        public String documentation() {
            checkThere();
            return "says " + name;
        }

        private void checkThere() {
            if (gone) {
                throw new IllegalStateException("the bundle is gone");
            }
        }
    }

    @Test
    void rulesAreTheUnionOfWhatIsDeployed() {
        Option one = new Option("one", POLL_BEFORE_CAMPAIGN, ANSWER_STALE_LEADER);
        Option two = new Option("two", PROTECT_LIVE_LEADER, ANSWER_STALE_LEADER);
        assertEquals(Set.of(), options.rules());
        options.add(two);
        options.add(one);
        assertEquals(Set.of(POLL_BEFORE_CAMPAIGN, PROTECT_LIVE_LEADER, ANSWER_STALE_LEADER), options.rules());
        options.remove(one);
        assertEquals(Set.of(PROTECT_LIVE_LEADER, ANSWER_STALE_LEADER), options.rules());
        options.remove(two);
        assertEquals(Set.of(), options.rules());
    }

    @Test
    void optionsAreNotAskedAgainAfterTheyCame() {
        Option one = new Option("one", POLL_BEFORE_CAMPAIGN);
        options.add(one);
        one.gone = true;
        assertEquals(Set.of(POLL_BEFORE_CAMPAIGN), options.rules());
        assertEquals(List.of(new OptionStatus("one", Set.of(POLL_BEFORE_CAMPAIGN), "says one")), options.deployed());
        options.remove(one);
        assertEquals(List.of(), options.deployed());
    }

    @Test
    void optionThatCannotBeReadCountsForNothing() {
        Option broken = new Option("broken", POLL_BEFORE_CAMPAIGN);
        broken.gone = true;
        options.add(broken);
        assertEquals(Set.of(), options.rules());
        options.remove(broken);
    }

    @Test
    void deployedOptionsAreListedByName() {
        options.add(new Option("b"));
        options.add(new Option("c"));
        options.add(new Option("a"));
        assertEquals(List.of("a", "b", "c"), options.deployed().stream().map(OptionStatus::name).toList());
    }

    /** An update: the new version comes before the old one is seen to go. */
    @Test
    void successorOfTheSameNameStaysWhenItsPredecessorGoes() {
        Option old = new Option("one", POLL_BEFORE_CAMPAIGN);
        options.add(old);
        options.add(new Option("one", ANSWER_STALE_LEADER));
        options.remove(old);
        assertEquals(Set.of(ANSWER_STALE_LEADER), options.rules());
    }
}
