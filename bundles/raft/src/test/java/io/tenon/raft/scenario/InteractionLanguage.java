package io.tenon.raft.scenario;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.ConfChange.Transition;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import io.tenon.api.consensus.Snapshot;
import io.tenon.api.consensus.SnapshotOutcome;
import io.tenon.raft.confchange.ConfChangeCodec;
import io.tenon.raft.confchange.ConfChanger;
import io.tenon.raft.core.Input;
import io.tenon.raft.core.StepResult;
import io.tenon.wire.raftpb.ConfChangeTransition;
import io.tenon.wire.raftpb.ConfChangeV2;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/** A world of members and the messages between them. */
final class InteractionLanguage implements Language {
    private static final String SILENT = "none";
    private static final ByteString LEAVE = ConfChangeV2.newBuilder().setTransition(ConfChangeTransition.ConfChangeTransitionAuto).build().toByteString();

    private final Reached reached;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Mail> inFlight = new ArrayList<>();
    private String level = "debug";
    /** The command itself was refused; silence does not hide that. */
    private boolean failed;

    InteractionLanguage(Reached reached) {
        this.reached = reached;
    }

    @Override
    public String run(Command command) {
        String before = level;
        command.value("log-level").ifPresent(given -> level = given);
        failed = false;
        String text = carryOut(command);
        boolean silent = level.equalsIgnoreCase(SILENT) && !failed;
        if (command.all("log-level").isPresent()) {
            level = before;
        }
        return silent ? "ok" : text;
    }

    private String carryOut(Command command) {
        return switch (command.name()) {
            case "log-level" -> logLevel(command);
            case "add-nodes" -> addNodes(command);
            case "campaign" -> step(command.id(0), new Input.Campaign());
            case "tick-election" -> tick(command.id(0), NodeMaker.ELECTION_TICKS);
            case "tick-heartbeat" -> tick(command.id(0), NodeMaker.HEARTBEAT_TICKS);
            case "set-randomized-election-timeout" ->
                    step(command.id(0), new Input.ElectionTimeout(Integer.parseInt(command.value("timeout").orElseThrow())));
            case "propose" -> step(command.id(0), new Input.Propose(List.of(ByteString.copyFromUtf8(command.text(1)))));
            case "propose-conf-change" -> proposeConfChange(command);
            case "process-ready" -> each(command, "handling Ready", node -> node.handleReady(inFlight));
            case "process-append-thread" -> each(command, "processing append thread",
                    node -> node.work(node.appendWork(), inFlight).orElse("no append work to perform\n"));
            case "process-apply-thread" -> each(command, "processing apply thread",
                    node -> node.work(node.applyWork(), inFlight).orElse("no apply work to perform\n"));
            case "deliver-msgs" -> deliver(command);
            case "stabilize" -> stabilize(command.words().isEmpty() ? nodes : command.ids().stream().map(this::node).toList());
            case "raft-log" -> node(command.id(0)).logText();
            case "raft-state" -> raftState();
            case "status" -> Notation.progress(node(command.id(0)).core().progress(), node(command.id(0)).core().configuration());
            case "compact" -> compact(command);
            case "send-snapshot" -> sendSnapshot(command.id(0), command.id(1));
            case "transfer-leadership" -> step(Long.parseLong(command.value("from").orElseThrow()),
                    new Input.TransferLeader(Long.parseLong(command.value("to").orElseThrow())));
            case "forget-leader" -> step(command.id(0), new Input.ForgetLeader());
            case "report-unreachable" -> step(command.id(0), new Input.ReportUnreachable(command.id(1)));
            default -> carryOutOwn(command);
        };
    }

    /** Commands that only Tenon's own files use. */
    private String carryOutOwn(Command command) {
        return switch (command.name()) {
            case "change-rules" -> step(command.id(0), new Input.RulesChanged(NodeMaker.rules(command.words().subList(1, command.words().size()))));
            case "read-index" -> step(command.id(0), new Input.ReadIndex(ByteString.copyFromUtf8(command.text(1))));
            case "step-down" -> step(command.id(0), new Input.StepDown());
            case "report-snapshot" -> step(command.id(0), new Input.ReportSnapshot(command.id(1), command.isSet("failed")
                    ? SnapshotOutcome.FAILED : SnapshotOutcome.DELIVERED));
            default -> "unknown command " + command.name();
        };
    }

    private Node node(long id) {
        return nodes.get((int) id - 1);
    }

    private String logLevel(Command command) {
        level = command.words().getFirst();
        return "";
    }

    private String addNodes(Command command) {
        if (command.all("voters").or(() -> command.all("learners")).isPresent() && command.value("index").map(Long::parseLong).orElse(0L) <= 1) {
            return refused("index must be specified as > 1 due to bootstrap");
        }
        long count = command.id(0);
        for (long i = 0; i < count; i++) {
            nodes.add(NodeMaker.make(nodes.size() + 1, command, reached));
        }
        return "";
    }

    /** A command that is one input. */
    private String step(long id, Input input) {
        return refused(said(node(id).step(input)));
    }

    /** Notes that a command was refused, if it says anything. */
    private String refused(String said) {
        failed |= !said.isEmpty();
        return said;
    }

    private static String said(StepResult result) {
        return switch (result) {
            case TAKEN -> "";
            case UNKNOWN_PEER -> "raft: cannot step as peer not found\n";
            case NO_LEADER, TRANSFERRING, TOO_MUCH_UNCOMMITTED -> "raft proposal dropped\n";
        };
    }

    private String tick(long id, int ticks) {
        for (int i = 0; i < ticks; i++) {
            node(id).step(new Input.Tick());
        }
        return "";
    }

    private String proposeConfChange(Command command) {
        var steps = Notation.steps(String.join(" ", command.input()));
        Transition transition = switch (command.value("transition").orElse("auto")) {
            case "auto" -> Transition.AUTO;
            case "implicit" -> Transition.JOINT_IMPLICIT;
            case "explicit" -> Transition.JOINT_EXPLICIT;
            default -> throw new IllegalArgumentException("unknown transition " + command.value("transition"));
        };
        if (command.isSet("v1") && (steps.size() != 1 || transition != Transition.AUTO)) {
            return refused("v1 conf change can only have one operation and no transition");
        }
        var change = new ConfChange(command.isSet("v1"), 0, transition, steps, ByteString.EMPTY);
        // The library writes the transition of every v2 change, also of the one that leaves; it counts for limits in bytes.
        var data = ConfChanger.isLeave(change) ? LEAVE : ConfChangeCodec.encode(change);
        return step(command.id(0), new Input.ProposeConfChange(ConfChangeCodec.typeOf(change), data));
    }

    /** One transcript a node; headed and indented when there are several. */
    private String each(Command command, String doing, Function<Node, String> work) {
        if (command.words().size() == 1) {
            return work.apply(node(command.id(0)));
        }
        var text = new StringBuilder();
        for (long id : command.ids()) {
            text.append(headed(id, doing, work.apply(node(id))));
        }
        return text.toString();
    }

    private static String headed(long id, String doing, String text) {
        return "> " + id + " " + doing + "\n" + Notation.indented(text);
    }

    // --- Messages.

    private String deliver(Command command) {
        String type = command.value("type").orElse("");
        var text = new StringBuilder();
        for (Command.Argument argument : command.arguments()) {
            if (argument.isWord()) {
                text.append(deliverTo(Long.parseLong(argument.word()), type));
            } else if (argument.key().equals("drop")) {
                argument.values().forEach(id -> text.append(drop(Long.parseLong(id), type)));
            }
        }
        return text.isEmpty() ? "no messages\n" : text.toString();
    }

    private String deliverTo(long id, String type) {
        var text = new StringBuilder();
        for (Mail mail : take(id, type, Mails.ALL)) {
            text.append(mail.text()).append('\n').append(hand(mail));
        }
        return text.toString();
    }

    private String drop(long id, String type) {
        var text = new StringBuilder();
        for (Mail mail : take(id, type, Mails.BETWEEN_MEMBERS)) {
            text.append("dropped: ").append(mail.text()).append('\n');
        }
        return text.toString();
    }

    private enum Mails { ALL, BETWEEN_MEMBERS }

    private List<Mail> take(long to, String type, Mails which) {
        var taken = new ArrayList<Mail>();
        for (Iterator<Mail> mails = inFlight.iterator(); mails.hasNext(); ) {
            Mail mail = mails.next();
            boolean wanted = which == Mails.ALL || !mail.isLocal();
            if (mail.to() == to && wanted && (type.isEmpty() || mail.type().equals(type))) {
                mails.remove();
                taken.add(mail);
            }
        }
        return taken;
    }

    private String hand(Mail mail) {
        Input input = switch (mail) {
            case Mail.Letter letter -> new Input.Receive(letter.message());
            case Mail.Appended appended -> appended.durable();
            case Mail.Applied applied -> new Input.Applied(applied.entries().getLast().index());
        };
        return said(node(mail.to()).step(input));
    }

    // --- Until nothing changes.

    private String stabilize(List<Node> among) {
        var text = new StringBuilder();
        int before;
        do {
            before = text.length();
            for (Node node : among) {
                if (node.core().hasOutput()) {
                    text.append(headed(node.id(), "handling Ready", node.handleReady(inFlight)));
                }
            }
            for (Node node : among) {
                if (inFlight.stream().anyMatch(mail -> mail.to() == node.id())) {
                    text.append(headed(node.id(), "receiving messages", deliverTo(node.id(), "")));
                }
            }
            among.forEach(node -> text.append(workAll(node, node.appendWork(), "processing append thread")));
            among.forEach(node -> text.append(workAll(node, node.applyWork(), "processing apply thread")));
        } while (text.length() > before);
        return text.toString();
    }

    private String workAll(Node node, ArrayDeque<Mail.Work> queue, String doing) {
        if (queue.isEmpty()) {
            return "";
        }
        var text = new StringBuilder();
        while (!queue.isEmpty()) {
            text.append(node.work(queue, inFlight).orElseThrow());
        }
        return headed(node.id(), doing, text.toString());
    }

    // --- Looking at nodes.

    private String raftState() {
        var text = new StringBuilder();
        for (Node node : nodes) {
            ConsensusStatus status = node.core().status();
            String vote = node.core().configuration().isVoter(node.id()) ? "Voter" : "Non-Voter";
            text.append("%d: %s (%s) Term:%d Lead:%d\n".formatted(node.id(), Notation.role(status.role()), vote, status.term(),
                    status.leader()));
        }
        return text.toString();
    }

    private String compact(Command command) {
        Node node = node(command.id(0));
        return node.compact(command.id(1)) ? node.logText() : refused("requested index is unavailable due to compaction");
    }

    private String sendSnapshot(long from, long to) {
        Snapshot snapshot = node(from).newestSnapshot();
        var message = new Message(MessageType.SNAPSHOT, to, from, node(from).core().status().term(), 0, 0, List.of(), 0, snapshot, false, 0,
                ByteString.EMPTY);
        inFlight.add(new Mail.Letter(message));
        return Notation.message(message) + "\n";
    }
}
