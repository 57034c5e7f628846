package io.tenon.raft.scenario;

import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.Snapshot;
import io.tenon.raft.core.Input;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is in flight: messages between members, and what members and their local threads tell each other. */
sealed interface Mail {

    long to();

    /** Between a member and itself or its threads: such mail is never dropped. */
    boolean isLocal();

    String type();

    String text();

    /** A message between members. */
    record Letter(Message message) implements Mail {

        @Override
        public long to() {
            return message.to();
        }

        @Override
        public boolean isLocal() {
            return message.to() == message.from();
        }

        @Override
        public String type() {
            return Notation.type(message.type());
        }

        @Override
        public String text() {
            return Notation.message(message);
        }
    }

    /** The append thread has made durable what it was given. */
    record Appended(long to, Input.Durable durable, Optional<Snapshot> snapshot) implements Mail {

        @Override
        public boolean isLocal() {
            return true;
        }

        @Override
        public String type() {
            return "MsgStorageAppendResp";
        }

        @Override
        public String text() {
            return "AppendThread->" + to + " " + type() + " Term:" + durable.term() + " Log:" + durable.mark().term() + "/"
                    + durable.mark().index() + snapshot.map(s -> "\n  Snapshot: " + Notation.snapshot(s)).orElse("");
        }
    }

    /** The apply thread has applied these entries. */
    record Applied(long to, List<Entry> entries) implements Mail {

        @Override
        public boolean isLocal() {
            return true;
        }

        @Override
        public String type() {
            return "MsgStorageApplyResp";
        }

        @Override
        public String text() {
            return "ApplyThread->" + to + " " + type() + " Term:0 Log:0/0" + Notation.bracketed(entries);
        }
    }

    /** Work for a local thread, and what it answers when it is done. */
    sealed interface Work {

        String text();

        List<Mail> responses();

        default String textWithResponses() {
            if (responses().isEmpty()) {
                return text();
            }
            return responses().stream().map(mail -> Notation.indented(mail.text())).collect(Collectors.joining("",
                    text() + " Responses:[\n", "]"));
        }
    }

    /** Work for the append thread. */
    record Append(long from, Optional<HardState> hardState, List<Entry> entries, Optional<Snapshot> snapshot,
                  List<Mail> responses) implements Work {

        @Override
        public String text() {
            HardState state = hardState.orElse(HardState.EMPTY);
            return from + "->AppendThread MsgStorageAppend Term:" + state.term() + " Log:0/0"
                    + (state.commit() == 0 ? "" : " Commit:" + state.commit()) + (state.vote() == 0 ? "" : " Vote:" + state.vote())
                    + Notation.bracketed(entries) + snapshot.map(s -> "\n  Snapshot: " + Notation.snapshot(s)).orElse("");
        }
    }

    /** Work for the apply thread. */
    record Apply(long from, List<Entry> entries, List<Mail> responses) implements Work {

        @Override
        public String text() {
            return from + "->ApplyThread MsgStorageApply Term:0 Log:0/0" + Notation.bracketed(entries);
        }
    }
}
