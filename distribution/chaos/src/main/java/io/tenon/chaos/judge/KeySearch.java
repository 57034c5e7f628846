package io.tenon.chaos.judge;

import io.tenon.chaos.history.Action;
import io.tenon.chaos.history.Operation;
import io.tenon.chaos.history.Outcome;
import io.tenon.chaos.history.Row;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Searches one key's history. Calls and answers are taken in the order of time; a state is what the key holds and which of the open calls have
 * had their effect. At an answer only those states stay in which its call has had it, whatever other open calls had theirs before.
 */
final class KeySearch {
    private final List<Operation> operations;
    private final int mostStates;
    private final BitSet open = new BitSet();
    private Set<State> states = new HashSet<>();

    /** @param applied open operations that have had their effect, by number */
    private record State(Optional<String> value, BitSet applied) {
    }

    /** How a search ends. */
    sealed interface Result {
    }

    record Explained() implements Result {
    }

    record TooMany() implements Result {
    }

    record Impossible(Operation operation) implements Result {
    }

    /** A call or an answer. */
    private record Moment(long nanos, int operation, Side side) {
    }

    private enum Side {
        CALL,
        ANSWER
    }

    /** @param start what the key holds before all of them */
    KeySearch(List<Operation> operations, Optional<String> start, int mostStates) {
        this.operations = operations;
        this.mostStates = mostStates;
        states.add(new State(start, new BitSet()));
    }

    Result run() {
        for (Moment moment : moments()) {
            switch (moment.side) {
                case CALL -> open.set(moment.operation);
                case ANSWER -> {
                    Set<State> after = answered(moment.operation);
                    if (after.size() > mostStates) {
                        return new TooMany();
                    }
                    if (after.isEmpty()) {
                        return new Impossible(operations.get(moment.operation));
                    }
                    states = after;
                    open.clear(moment.operation);
                }
            }
        }
        return new Explained();
    }

    /** Calls before answers of the same moment; what nobody knows the end of is never answered. */
    private List<Moment> moments() {
        List<Moment> moments = new ArrayList<>();
        for (int number = 0; number < operations.size(); number++) {
            Operation operation = operations.get(number);
            moments.add(new Moment(operation.fromNanos(), number, Side.CALL));
            if (!(operation.outcome() instanceof Outcome.Unknown)) {
                moments.add(new Moment(operation.toNanos(), number, Side.ANSWER));
            }
        }
        moments.sort(Comparator.comparingLong(Moment::nanos).thenComparing(Moment::side));
        return moments;
    }

    private Set<State> answered(int operation) {
        Set<State> after = new HashSet<>();
        Set<State> known = new HashSet<>(states);
        Deque<State> left = new ArrayDeque<>(states);
        while (!left.isEmpty() && known.size() <= mostStates) {
            State state = left.remove();
            if (state.applied.get(operation)) {
                BitSet rest = (BitSet) state.applied.clone();
                rest.clear(operation);
                after.add(new State(state.value, rest));
                continue;
            }
            for (int next = open.nextSetBit(0); next >= 0; next = open.nextSetBit(next + 1)) {
                if (!state.applied.get(next) && worthTrying(state, next)) {
                    step(state, next).filter(known::add).ifPresent(left::add);
                }
            }
        }
        return known.size() > mostStates ? known : after;
    }

    /**
     * What is never answered need not happen, so it is tried only where it changes something; and of deletions, which are all alike, only the
     * first one that is left.
     */
    private boolean worthTrying(State state, int number) {
        Operation operation = operations.get(number);
        if (!(operation.outcome() instanceof Outcome.Unknown)) {
            return true;
        }
        return switch (operation.action()) {
            case Action.Put put -> true;
            case Action.Swap swap -> state.value.equals(swap.expected());
            case Action.Delete delete -> state.value.isPresent() && isFirstOpenDeletion(state, number);
            case Action.Get get -> false;
            case Action.GetLocal get -> false;
        };
    }

    private boolean isFirstOpenDeletion(State state, int number) {
        for (int next = open.nextSetBit(0); next < number; next = open.nextSetBit(next + 1)) {
            Operation operation = operations.get(next);
            if (!state.applied.get(next) && operation.outcome() instanceof Outcome.Unknown && operation.action() instanceof Action.Delete) {
                return false;
            }
        }
        return true;
    }

    /** The state after an operation's effect, if its answer allows it here. */
    private Optional<State> step(State state, int number) {
        return after(operations.get(number), state.value).map(value -> {
            BitSet applied = (BitSet) state.applied.clone();
            applied.set(number);
            return new State(value, applied);
        });
    }

    private static Optional<Optional<String>> after(Operation operation, Optional<String> value) {
        return switch (operation.action()) {
            case Action.Put put -> Optional.of(Optional.of(put.value()));
            case Action.Get get -> same(operation, value);
            case Action.GetLocal get -> Optional.of(value);
            case Action.Delete delete -> operation.outcome() instanceof Outcome.Unknown || saw(operation, value)
                    ? Optional.of(Optional.empty()) : Optional.empty();
            case Action.Swap swap -> swapped(operation, swap, value);
        };
    }

    private static Optional<Optional<String>> swapped(Operation operation, Action.Swap swap, Optional<String> value) {
        boolean equal = value.equals(swap.expected());
        return switch (operation.outcome()) {
            case Outcome.Done done -> equal ? Optional.of(Optional.of(swap.value())) : Optional.empty();
            case Outcome.Refused refused -> equal ? Optional.empty() : same(operation, value);
            case Outcome.Unknown unknown -> Optional.of(equal ? Optional.of(swap.value()) : value);
            case Outcome.Failed failed -> Optional.of(value);
        };
    }

    private static Optional<Optional<String>> same(Operation operation, Optional<String> value) {
        return saw(operation, value) ? Optional.of(value) : Optional.empty();
    }

    private static boolean saw(Operation operation, Optional<String> value) {
        return switch (operation.outcome()) {
            case Outcome.Done done -> done.seen().map(Row::value).equals(value);
            case Outcome.Refused refused -> refused.seen().map(Row::value).equals(value);
            case Outcome.Failed failed -> false;
            case Outcome.Unknown unknown -> false;
        };
    }
}
