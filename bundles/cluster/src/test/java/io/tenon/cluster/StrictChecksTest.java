package io.tenon.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.cluster.ClusterMember;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/**
 * Each member is a letter: {@code S} is this member, {@code c} one connected for long, {@code n} one connected just now, {@code d} one that is down,
 * {@code u} one that has not started, {@code l} a learner.
 */
class StrictChecksTest {
    private static final String ALLOWED = "allowed";
    private static final String NOT_STARTED = "etcdserver: re-configuration failed due to not enough started members";
    private static final String UNHEALTHY = "etcdserver: unhealthy cluster";
    private static final ClusterMember VOTER = new ClusterMember(90, List.of("http://new:1"), false, "", List.of());
    private static final ClusterMember LEARNER = new ClusterMember(90, List.of("http://new:1"), true, "", List.of());

    private static Membership membership(String kinds) {
        Membership membership = Membership.NONE;
        for (int at = 0; at < kinds.length(); at++) {
            char kind = kinds.charAt(at);
            membership = membership.with(new ClusterMember(at + 1, List.of("http://m:" + at), kind == 'l', kind == 'u' ? "" : "m" + at, List.of()));
        }
        return membership;
    }

    private static StrictChecks checks(String kinds) {
        return new StrictChecks(id -> switch (id <= kinds.length() ? kinds.charAt((int) id - 1) : 'd') {
            case 'c', 'l' -> OptionalLong.of(Duration.ofSeconds(5).toNanos());
            case 'n' -> OptionalLong.of(Duration.ofSeconds(5).toNanos() - 1);
            default -> OptionalLong.empty();
        });
    }

    private static String text(Optional<Refusal> refusal) {
        return refusal.map(Refusal::text).orElse(ALLOWED);
    }

    private static long self(String kinds) {
        return kinds.indexOf('S') + 1;
    }

    private static void add(String kinds, ClusterMember member, String expected) {
        assertEquals(expected, text(checks(kinds).ofAddition(membership(kinds), member, self(kinds))), kinds);
    }

    private static void remove(String kinds, long id, String expected) {
        assertEquals(expected, text(checks(kinds).ofRemoval(membership(kinds), id, self(kinds))), kinds + " without " + id);
    }

    @Test
    void aVoterIsAddedWhileEnoughOfTheOthersRunAndAreReached() {
        add("S", VOTER, ALLOWED);
        add("Su", VOTER, NOT_STARTED);
        add("Sc", VOTER, ALLOWED);
        add("Sn", VOTER, UNHEALTHY);
        add("Sd", VOTER, UNHEALTHY);
        add("Scc", VOTER, ALLOWED);
        add("Scd", VOTER, UNHEALTHY);
        add("Scu", VOTER, NOT_STARTED);
        add("Suu", VOTER, NOT_STARTED);
        add("Sccd", VOTER, ALLOWED);
        add("Sccdd", VOTER, UNHEALTHY);
        add("Scl", VOTER, ALLOWED);
    }

    @Test
    void aLearnerIsAddedWhateverHasNotStartedYet() {
        add("S", LEARNER, ALLOWED);
        add("Su", LEARNER, UNHEALTHY);
        add("Scu", LEARNER, UNHEALTHY);
        add("Sccu", LEARNER, ALLOWED);
    }

    @Test
    void aVoterIsRemovedWhileTheOthersAreAQuorumWithoutIt() {
        remove("S", 1, NOT_STARTED);
        remove("Sc", 2, ALLOWED);
        remove("Sn", 2, UNHEALTHY);
        remove("Sd", 2, ALLOWED);
        remove("Su", 2, ALLOWED);
        remove("Su", 1, NOT_STARTED);
        remove("Scc", 2, ALLOWED);
        remove("Scc", 1, ALLOWED);
        remove("Scd", 2, UNHEALTHY);
        remove("Scd", 3, ALLOWED);
        remove("Scuu", 2, NOT_STARTED);
        remove("Scccd", 2, ALLOWED);
    }

    @Test
    void aLearnerAndWhoIsNoMemberAreNotChecked() {
        remove("Sdl", 3, ALLOWED);
        remove("S", 77, ALLOWED);
        remove("Suu", 77, NOT_STARTED);
    }

    @Test
    void aPromotedLearnerCountsAsStarted() {
        assertEquals(Optional.empty(), checks("Sl").ofPromotion(membership("Sl")));
        assertEquals(Optional.empty(), checks("Sul").ofPromotion(membership("Sul")));
        assertEquals(Optional.of(Refusals.NOT_ENOUGH_STARTED_MEMBERS), checks("Suul").ofPromotion(membership("Suuul")));
    }
}
