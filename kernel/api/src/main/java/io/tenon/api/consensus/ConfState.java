package io.tenon.api.consensus;

import java.util.List;

/** The voters and learners at some index; ids ascending. {@code votersOutgoing} is not empty only inside a joint change. */
public record ConfState(List<Long> voters, List<Long> learners, List<Long> votersOutgoing, List<Long> learnersNext, boolean autoLeave) {
    public static final ConfState EMPTY = new ConfState(List.of(), List.of(), List.of(), List.of(), false);

    public static ConfState ofVoters(List<Long> voters) {
        return new ConfState(List.copyOf(voters), List.of(), List.of(), List.of(), false);
    }
}
