package io.tenon.raft.scenario;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Snapshot;
import io.tenon.raft.core.Behaviour;
import io.tenon.raft.core.CoreOptions;
import io.tenon.raft.core.CoreStart;
import io.tenon.raft.core.RaftCore;
import io.tenon.spi.election.ElectionRule;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Makes nodes the way {@code add-nodes} asks for. */
final class NodeMaker {
    static final int ELECTION_TICKS = 3;
    static final int HEARTBEAT_TICKS = 1;

    private NodeMaker() {
    }

    static Node make(long id, Command command, Reached reached) {
        Snapshot start = start(command);
        var limits = limits(command);
        var behaviours = behaviours(command);
        var options = new CoreOptions(id, ELECTION_TICKS, HEARTBEAT_TICKS, id, limits, behaviours);
        var core = new RaftCore(options, new CoreStart(new HardState(0, 0, start.index()), start.confState(), start.index(),
                start.index() + 1, new LogMark(start.term(), start.index()), List.of(), start, rules(command)));
        Node.Storage storage = behaviours.contains(Behaviour.HAND_OUT_DURABLE_ONLY) ? Node.Storage.BY_THREADS : Node.Storage.AT_ONCE;
        return new Node(core, storage, start, reached);
    }

    private static CoreOptions.Limits limits(Command command) {
        int inflight = command.value("inflight").map(Integer::parseInt).orElse(Integer.MAX_VALUE);
        long cache = bytes(command, "cache");
        return new CoreOptions.Limits(bytes(command, "max-size-per-msg"), inflight, command.value("inflight-bytes").map(Long::parseLong).orElse(0L),
                bytes(command, "max-committed-size-per-ready"), bytes(command, "max-uncommitted-size"), cache, cache);
    }

    private static long bytes(Command command, String key) {
        return command.value(key).map(Long::parseLong).orElse(Long.MAX_VALUE);
    }

    private static Snapshot start(Command command) {
        long index = command.value("index").map(Long::parseLong).orElse(0L);
        if (index == 0) {
            return Snapshot.EMPTY;
        }
        var state = new ConfState(command.ids("voters"), command.ids("learners"), List.of(), List.of(), false);
        return new Snapshot(index, 1, state, ByteString.copyFromUtf8(command.value("content").orElse("")));
    }

    private static Set<Behaviour> behaviours(Command command) {
        var behaviours = EnumSet.noneOf(Behaviour.class);
        if (command.isSet("async-storage-writes")) {
            behaviours.add(Behaviour.HAND_OUT_DURABLE_ONLY);
        }
        if (command.isSet("disable-conf-change-validation")) {
            behaviours.add(Behaviour.NO_CONF_CHANGE_VALIDATION);
        }
        if (command.isSet("disable-proposal-forwarding")) {
            behaviours.add(Behaviour.NO_PROPOSAL_FORWARDING);
        }
        if (command.isSet("step-down-on-removal")) {
            behaviours.add(Behaviour.STEP_DOWN_ON_REMOVAL);
        }
        if (command.value("read-only").filter("lease-based"::equals).isPresent()) {
            behaviours.add(Behaviour.LEASE_READS);
        }
        return behaviours;
    }

    /** Rules by their names in {@code change-rules}. */
    static Set<ElectionRule> rules(List<String> names) {
        var rules = EnumSet.noneOf(ElectionRule.class);
        for (String name : names) {
            rules.add(switch (name) {
                case "poll" -> ElectionRule.POLL_BEFORE_CAMPAIGN;
                case "protect" -> ElectionRule.PROTECT_LIVE_LEADER;
                case "answer" -> ElectionRule.ANSWER_STALE_LEADER;
                case "resign" -> ElectionRule.RESIGN_WITHOUT_QUORUM;
                default -> throw new IllegalArgumentException("unknown rule " + name);
            });
        }
        return rules;
    }

    private static Set<ElectionRule> rules(Command command) {
        var rules = EnumSet.noneOf(ElectionRule.class);
        if (command.isSet("prevote")) {
            rules.add(ElectionRule.POLL_BEFORE_CAMPAIGN);
            rules.add(ElectionRule.ANSWER_STALE_LEADER);
        }
        if (command.isSet("checkquorum")) {
            rules.addAll(EnumSet.complementOf(EnumSet.of(ElectionRule.POLL_BEFORE_CAMPAIGN)));
        }
        return rules;
    }
}
