package io.tenon.shell;

import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.status.NodeStatus;
import io.tenon.api.status.OptionStatus;
import io.tenon.api.status.StorageStatus;
import io.tenon.spi.election.ElectionRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A node's status as aligned lines: what it is about, and what is so. */
final class StatusTable {
    private static final int UNIT = 1024;
    /** Of a sentence, so that it stays below its option on a terminal of 100 columns. */
    private static final int MOST_COLUMNS = 76;
    private static final String UNITS = "KMGTPE";

    private final List<Row> rows = new ArrayList<>();

    private record Row(String name, String value) {
    }

    private StatusTable() {
    }

    static String of(NodeStatus status) {
        StatusTable table = new StatusTable();
        table.row("member", status.name() + status.running().map(running -> " " + Long.toHexString(running.identity().memberId()))
                .orElse(", not booted"));
        table.row("version", status.serverVersion() + ", cluster " + status.clusterVersion().orElse("not decided"));
        status.running().ifPresent(table::running);
        table.options(status.options());
        table.row("transports", status.transports().isEmpty() ? "none" : String.join(", ", status.transports()));
        return table.text();
    }

    private void running(NodeStatus.Running running) {
        row("cluster", Long.toHexString(running.identity().clusterId()));
        running.consensus().ifPresent(this::consensus);
        row("applied index", String.valueOf(running.appliedIndex()));
        row("revision", String.valueOf(running.revision()));
        StorageStatus storage = running.storage();
        row("storage", storage.engine() + switch (storage.state()) {
            case ATTACHED -> "";
            case DETACHED -> ", its bundle is away";
        });
        row("storage size", size(storage.inUseBytes()) + " in use of " + size(storage.allocatedBytes()));
    }

    private void consensus(ConsensusStatus consensus) {
        String role = consensus.role().name().toLowerCase(Locale.ROOT).replace('_', '-');
        row("role", consensus.learner() ? "learner" : role);
        row("leader", consensus.leader() == 0 ? "none" : Long.toHexString(consensus.leader()));
        row("term", String.valueOf(consensus.term()));
        row("commit index", String.valueOf(consensus.commit()));
        row("last index", String.valueOf(consensus.lastIndex()));
        row("rules in force", names(consensus.rules()));
    }

    private void options(List<OptionStatus> options) {
        if (options.isEmpty()) {
            row("options", "none");
        }
        for (OptionStatus option : options) {
            row("option " + option.name(), names(option.rules()));
            wrapped(option.documentation()).forEach(line -> row("", line));
        }
    }

    private static List<String> wrapped(String text) {
        List<String> lines = new ArrayList<>(List.of(""));
        for (String word : text.split(" ")) {
            String line = lines.getLast();
            if (line.isEmpty() || line.length() + 1 + word.length() <= MOST_COLUMNS) {
                lines.set(lines.size() - 1, line.isEmpty() ? word : line + " " + word);
            } else {
                lines.add(word);
            }
        }
        return lines;
    }

    private static String names(Collection<ElectionRule> rules) {
        return rules.isEmpty() ? "none" : rules.stream().sorted().map(ElectionRule::name).collect(Collectors.joining(", "));
    }

    private static String size(long bytes) {
        if (bytes < UNIT) {
            return bytes + " B";
        }
        double amount = bytes;
        int unit = -1;
        while (amount >= UNIT) {
            amount /= UNIT;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %ciB", amount, UNITS.charAt(unit));
    }

    private void row(String name, String value) {
        rows.add(new Row(name, value));
    }

    private String text() {
        int width = rows.stream().mapToInt(row -> row.name().length()).max().orElse(0);
        return rows.stream().map(row -> row.name() + " ".repeat(width + 2 - row.name().length()) + row.value())
                .collect(Collectors.joining("\n"));
    }
}
