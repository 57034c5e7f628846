package io.tenon.raft.quorum;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Quorum arithmetic against versions that are slow and obvious. */
class QuorumPropertyTest {
    private static final int ROUNDS = 20_000;
    private static final int MOST_VOTERS = 7;
    private static final int MOST_INDEX = 6;

    private final Random random = new Random(11);

    @Test
    void majorityHasCommittedTheHighestIndexThatMoreThanHalfHave() {
        for (int round = 0; round < ROUNDS; round++) {
            List<Long> voters = voters();
            Map<Long, Long> acked = acked();
            assertEquals(slowCommitted(voters, acked), Majority.of(voters).committedIndex(ids -> acked.getOrDefault(ids, 0L)),
                    () -> voters + " " + acked);
        }
    }

    @Test
    void jointMajoritiesHaveCommittedWhatBothHave() {
        for (int round = 0; round < ROUNDS; round++) {
            Majority first = Majority.of(voters());
            Majority second = Majority.of(voters());
            Map<Long, Long> acked = acked();
            AckedIndexes lookup = id -> acked.getOrDefault(id, 0L);
            long expected = Math.min(slowCommitted(first.ids(), acked), slowCommitted(second.ids(), acked));
            assertEquals(expected, new Joint(first, second).committedIndex(lookup));
            assertEquals(expected, new Joint(second, first).committedIndex(lookup));
            assertEquals(first.committedIndex(lookup), new Joint(first, first).committedIndex(lookup));
            assertEquals(first.committedIndex(lookup), new Joint(first, Majority.EMPTY).committedIndex(lookup));
        }
    }

    @Test
    void voteIsDecidedWhenNoMissingVoteCanTurnIt() {
        for (int round = 0; round < ROUNDS; round++) {
            Joint voters = new Joint(Majority.of(voters()), random.nextBoolean() ? Majority.EMPTY : Majority.of(voters()));
            Map<Long, Vote> votes = votes(voters);
            Ballots ballots = id -> votes.getOrDefault(id, Vote.MISSING);
            VoteResult expected = slowResult(voters, votes);
            assertEquals(expected, voters.result(ballots), () -> voters + " " + votes);
            assertEquals(expected, new Joint(voters.outgoing(), voters.incoming()).result(ballots));
            VoteResult alone = voters.incoming().result(ballots);
            assertEquals(alone, new Joint(voters.incoming(), voters.incoming()).result(ballots));
            assertEquals(alone, new Joint(voters.incoming(), Majority.EMPTY).result(ballots));
        }
    }

    private List<Long> voters() {
        var ids = new ArrayList<Long>();
        int size = random.nextInt(MOST_VOTERS + 1);
        for (int i = 0; i < size; i++) {
            ids.add(1L + random.nextInt(MOST_VOTERS));
        }
        return List.copyOf(new TreeSet<>(ids));
    }

    private Map<Long, Long> acked() {
        var acked = new HashMap<Long, Long>();
        for (long id = 1; id <= MOST_VOTERS; id++) {
            if (random.nextInt(4) > 0) {
                acked.put(id, (long) random.nextInt(MOST_INDEX));
            }
        }
        return acked;
    }

    private Map<Long, Vote> votes(Joint voters) {
        var votes = new HashMap<Long, Vote>();
        for (long id : voters.union().ids()) {
            votes.put(id, Vote.values()[random.nextInt(Vote.values().length)]);
        }
        return votes;
    }

    private static long slowCommitted(List<Long> voters, Map<Long, Long> acked) {
        if (voters.isEmpty()) {
            return Majority.UNBOUNDED;
        }
        long highest = 0;
        for (long index = 1; index < MOST_INDEX; index++) {
            long wanted = index;
            if (2 * voters.stream().filter(id -> acked.getOrDefault(id, 0L) >= wanted).count() > voters.size()) {
                highest = index;
            }
        }
        return highest;
    }

    /** Tries every way in which the missing votes can come in. */
    private static VoteResult slowResult(Joint voters, Map<Long, Vote> votes) {
        List<Long> missing = votes.keySet().stream().filter(id -> votes.get(id) == Vote.MISSING).toList();
        boolean canWin = false;
        boolean canLose = false;
        for (int choice = 0; choice < 1 << missing.size(); choice++) {
            var full = new HashMap<>(votes);
            for (int i = 0; i < missing.size(); i++) {
                full.put(missing.get(i), (choice >> i & 1) == 1 ? Vote.YES : Vote.NO);
            }
            boolean won = hasMajority(voters.incoming(), full) && hasMajority(voters.outgoing(), full);
            canWin |= won;
            canLose |= !won;
        }
        return canWin && canLose ? VoteResult.PENDING : canWin ? VoteResult.WON : VoteResult.LOST;
    }

    private static boolean hasMajority(Majority majority, Map<Long, Vote> votes) {
        return majority.isEmpty() || 2 * majority.ids().stream().filter(id -> votes.get(id) == Vote.YES).count() > majority.size();
    }
}
