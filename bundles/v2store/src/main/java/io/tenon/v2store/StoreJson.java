package io.tenon.v2store;

import io.tenon.api.cluster.MemberJson;
import io.tenon.api.v2.V2Node;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Nodes in the JSON of the v2 store that etcd puts into snapshots (reference: disk, v2store JSON). */
final class StoreJson {
    private static final String NO_TIME = "0001-01-01T00:00:00Z";
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final String MEMBERSHIP = "0";

    private StoreJson() {
    }

    static String write(Node node) {
        StringBuilder out = new StringBuilder();
        append(out, node);
        return out.toString();
    }

    private static void append(StringBuilder out, Node node) {
        MemberJson.appendText(out.append("{\"Path\":"), node.path);
        out.append(",\"CreatedIndex\":").append(node.created).append(",\"ModifiedIndex\":").append(node.modified);
        MemberJson.appendText(out.append(",\"ExpireTime\":\"").append(time(node.expireNanos)).append("\",\"Value\":"), node.value);
        out.append(",\"Children\":");
        if (!node.isDirectory()) {
            out.append("null}");
            return;
        }
        out.append('{');
        List<Node> children = node.children();
        for (int i = 0; i < children.size(); i++) {
            MemberJson.appendText(i == 0 ? out : out.append(','), Paths.name(children.get(i).path)).append(':');
            append(out, children.get(i));
        }
        out.append("}}");
    }

    /** As Go writes it: no more digits of the second than it takes. */
    private static String time(long nanos) {
        if (nanos == Node.NEVER) {
            return NO_TIME;
        }
        Instant at = Instant.ofEpochSecond(Math.floorDiv(nanos, SECOND_NANOS), Math.floorMod(nanos, SECOND_NANOS));
        String text = at.atOffset(ZoneOffset.UTC).toString();
        String seconds = text.length() == "2000-01-01T00:00Z".length() ? text.replace("Z", ":00Z") : text;
        return seconds.contains(".") ? seconds.replaceFirst("0+Z$", "Z") : seconds;
    }

    /**
     * Reads a store: every node but the root and those of the membership, directories before what is in them.
     *
     * @return the store's index
     * @throws IllegalArgumentException the text is no store
     */
    static long read(String json, Consumer<Node> nodes) {
        Map<String, Object> store = Json.object(Json.read(json));
        Map<String, Object> root = Json.object(store.getOrDefault("Root", Map.of()));
        children(root).forEach((name, child) -> {
            if (!name.equals(MEMBERSHIP)) {
                node(Json.object(child), nodes);
            }
        });
        return Json.number(store, "CurrentIndex");
    }

    private static Map<String, Object> children(Map<String, Object> node) {
        Object children = node.get("Children");
        return children instanceof Map<?, ?> ? Json.object(children) : Map.of();
    }

    private static void node(Map<String, Object> fields, Consumer<Node> nodes) {
        V2Node.Kind kind = fields.get("Children") instanceof Map<?, ?> ? V2Node.Kind.DIRECTORY : V2Node.Kind.FILE;
        Node node = new Node(Json.text(fields, "Path"), kind, Json.number(fields, "CreatedIndex"));
        node.modified = Json.number(fields, "ModifiedIndex");
        node.expireNanos = nanos(Json.text(fields, "ExpireTime"));
        node.value = Json.text(fields, "Value");
        nodes.accept(node);
        children(fields).forEach((name, child) -> node(Json.object(child), nodes));
    }

    private static long nanos(String time) {
        if (time.isEmpty() || time.equals(NO_TIME)) {
            return Node.NEVER;
        }
        try {
            Instant at = OffsetDateTime.parse(time).toInstant();
            return Math.addExact(Math.multiplyExact(at.getEpochSecond(), SECOND_NANOS), at.getNano());
        } catch (DateTimeParseException | ArithmeticException bad) {
            throw new IllegalArgumentException("\"" + time + "\" is no time of a node", bad);
        }
    }
}
