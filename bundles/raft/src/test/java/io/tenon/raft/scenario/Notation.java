package io.tenon.raft.scenario;

import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.ConfChange.Kind;
import io.tenon.api.consensus.ConfChange.Step;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import io.tenon.api.consensus.Snapshot;
import io.tenon.raft.confchange.ConfChangeCodec;
import io.tenon.raft.confchange.Configuration;
import io.tenon.raft.progress.Phase;
import io.tenon.raft.progress.Progress;
import io.tenon.raft.progress.ProgressMap;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** How things are written in scenario files. */
final class Notation {

    private Notation() {
    }

    /** {@code v1 l2 r3 u4}. */
    static List<Step> steps(String text) {
        var steps = new ArrayList<Step>();
        for (String word : text.strip().split("\\s+")) {
            if (!word.isEmpty()) {
                Kind kind = switch (word.charAt(0)) {
                    case 'v' -> Kind.ADD_VOTER;
                    case 'l' -> Kind.ADD_LEARNER;
                    case 'r' -> Kind.REMOVE;
                    case 'u' -> Kind.UPDATE;
                    default -> throw new IllegalArgumentException("unknown step " + word);
                };
                steps.add(new Step(kind, Long.parseUnsignedLong(word.substring(1))));
            }
        }
        return steps;
    }

    private static String step(Step step) {
        return switch (step.kind()) {
            case ADD_VOTER -> "v";
            case ADD_LEARNER -> "l";
            case REMOVE -> "r";
            case UPDATE -> "u";
        } + step.nodeId();
    }

    static String progress(ProgressMap peers, Configuration configuration) {
        var text = new StringBuilder();
        peers.forEach((id, progress) -> text.append(id).append(": ").append(progress(progress, configuration.isLearner(id))).append('\n'));
        return text.toString();
    }

    private static String progress(Progress progress, boolean learner) {
        String phase = switch (progress.phase()) {
            case Phase.Probing p -> "StateProbe";
            case Phase.Replicating r -> "StateReplicate";
            case Phase.SendingSnapshot s -> "StateSnapshot";
        };
        var text = new StringBuilder(phase + " match=" + progress.match() + " next=" + progress.next());
        text.append(learner ? " learner" : "").append(progress.isPaused() ? " paused" : "");
        if (progress.phase() instanceof Phase.SendingSnapshot sending) {
            text.append(" pendingSnap=").append(sending.index());
        }
        text.append(progress.isRecentlyActive() ? "" : " inactive");
        if (progress.phase() instanceof Phase.Replicating replicating && replicating.inflights().count() > 0) {
            text.append(" inflight=").append(replicating.inflights().count()).append(replicating.inflights().isFull() ? "[full]" : "");
        }
        return text.toString();
    }

    static String role(ConsensusStatus.Role role) {
        return switch (role) {
            case FOLLOWER -> "StateFollower";
            case PRE_CANDIDATE -> "StatePreCandidate";
            case CANDIDATE -> "StateCandidate";
            case LEADER -> "StateLeader";
        };
    }

    static String hardState(HardState state) {
        return "Term:" + state.term() + (state.vote() == 0 ? "" : " Vote:" + state.vote()) + " Commit:" + state.commit();
    }

    static String entry(Entry entry) {
        String head = entry.term() + "/" + entry.index() + " ";
        if (entry.type() == EntryType.NORMAL) {
            return head + "EntryNormal " + quoted(entry.data().toStringUtf8());
        }
        ConfChange change = ConfChangeCodec.decode(entry.type(), entry.data());
        String steps = change.steps().stream().map(Notation::step).collect(Collectors.joining(" "));
        String type = entry.type() == EntryType.CONF_CHANGE ? "EntryConfChange" : "EntryConfChangeV2";
        return head + type + (steps.isEmpty() ? "" : " " + steps);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    static String entries(List<Entry> entries) {
        return entries.stream().map(entry -> entry(entry) + "\n").collect(Collectors.joining());
    }

    static String snapshot(Snapshot snapshot) {
        ConfState state = snapshot.confState();
        return "Index:" + snapshot.index() + " Term:" + snapshot.term() + " ConfState:Voters:" + ids(state.voters()) + " VotersOutgoing:"
                + ids(state.votersOutgoing()) + " Learners:" + ids(state.learners()) + " LearnersNext:" + ids(state.learnersNext())
                + " AutoLeave:" + state.autoLeave();
    }

    private static String ids(List<Long> ids) {
        return ids.stream().map(String::valueOf).collect(Collectors.joining(" ", "[", "]"));
    }

    static String message(Message message) {
        var text = new StringBuilder();
        text.append(message.from()).append("->").append(message.to()).append(' ').append(type(message.type()));
        text.append(" Term:").append(message.term()).append(" Log:").append(message.logTerm()).append('/').append(message.index());
        text.append(message.reject() ? " Rejected (Hint: " + message.rejectHint() + ")" : "");
        text.append(message.commit() == 0 ? "" : " Commit:" + message.commit());
        text.append(bracketed(message.entries()));
        text.append(message.snapshot().isEmpty() ? "" : "\n  Snapshot: " + snapshot(message.snapshot()));
        return text.toString();
    }

    /** The entries of a message: one in its line, several on lines of their own. */
    static String bracketed(List<Entry> entries) {
        return switch (entries.size()) {
            case 0 -> "";
            case 1 -> " Entries:[" + entry(entries.getFirst()) + "]";
            default -> entries.stream().map(entry -> "\n  " + entry(entry)).collect(Collectors.joining("", " Entries:[", "\n]"));
        };
    }

    static String type(MessageType type) {
        return switch (type) {
            case PROPOSE -> "MsgProp";
            case APPEND -> "MsgApp";
            case APPEND_RESPONSE -> "MsgAppResp";
            case VOTE -> "MsgVote";
            case VOTE_RESPONSE -> "MsgVoteResp";
            case SNAPSHOT -> "MsgSnap";
            case HEARTBEAT -> "MsgHeartbeat";
            case HEARTBEAT_RESPONSE -> "MsgHeartbeatResp";
            case TRANSFER_LEADER -> "MsgTransferLeader";
            case TIMEOUT_NOW -> "MsgTimeoutNow";
            case READ_INDEX -> "MsgReadIndex";
            case READ_INDEX_RESPONSE -> "MsgReadIndexResp";
            case PRE_VOTE -> "MsgPreVote";
            case PRE_VOTE_RESPONSE -> "MsgPreVoteResp";
        };
    }

    static String indented(String text) {
        return text.lines().map(line -> line.isEmpty() ? line : "  " + line).collect(Collectors.joining("\n", "", "\n"));
    }
}
