package io.tenon.simulator.check;

import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.Snapshot;
import io.tenon.simulator.Violation;
import io.tenon.spi.log.LogAppend;
import java.util.List;

/**
 * Something that must hold after every step. An invariant is told what can be seen of every member, when it happens, and throws when it does
 * not hold. What is common knowledge is in the {@link Cluster}, which is told first.
 */
public interface Invariant {

    /** A process has opened its log; what it holds is in the cluster. */
    default void started(long member) {
    }

    /** The process is gone. */
    default void ended(long member) {
    }

    /** The log took an append: accepted, not durable. */
    default void accepted(long member, LogAppend append) {
    }

    /** The log said that an append is durable. */
    default void durable(long member, LogAppend append) {
    }

    /** A message left the member. */
    default void sent(long member, Message message) {
    }

    default void statusChanged(long member, ConsensusStatus before, ConsensusStatus now) {
    }

    /** Committed entries were handed to the apply loop. */
    default void committed(long member, List<Entry> entries) {
    }

    /** A snapshot from the leader is durable and replaces the state. */
    default void restored(long member, Snapshot snapshot) {
    }

    /** This member's consensus goes on with the configuration that was stored with its state, or came with a snapshot, at this index. */
    default void resumed(long member, long index, ConfState configuration) {
    }

    /** The entry at this index was applied and made this the configuration of the member's consensus. */
    default void configured(long member, long index, ConfState configuration) {
    }

    /** Its name, for messages. */
    default String name() {
        return getClass().getSimpleName();
    }

    default Violation violated(String message) {
        return new Violation(name(), message);
    }
}
