package io.tenon.api.cluster;

import java.util.List;

/**
 * A member as JSON, byte for byte as etcd writes it: in the context of configuration changes, in rows, in snapshots and between peers.
 * Fields without a value are left out, but for {@code peerURLs}, which is then null, as Go has it.
 */
public final class MemberJson {

    private MemberJson() {
    }

    /**
     * A member as the context of a configuration change carries it.
     *
     * @param promotion true when the change only makes the learner {@code member.id()} a voter and says nothing else of it
     */
    public record Context(ClusterMember member, boolean promotion) {
    }

    /** The whole member: its row, and the context of a change that adds or updates it. */
    public static String write(ClusterMember member) {
        StringBuilder text = new StringBuilder("{\"id\":").append(Long.toUnsignedString(member.id()));
        appendRaftAttributes(text.append(','), member);
        if (!member.name().isEmpty()) {
            appendText(text.append(",\"name\":"), member.name());
        }
        if (!member.clientUrls().isEmpty()) {
            appendTexts(text.append(",\"clientURLs\":"), member.clientUrls());
        }
        return text.append('}').toString();
    }

    /** The context of a change that makes a learner a voter. */
    public static String writePromotion(long memberId) {
        return "{\"id\":" + Long.toUnsignedString(memberId) + ",\"peerURLs\":null,\"isPromote\":true}";
    }

    /** What a member tells about itself, as in {@code /0/members/<id>/attributes}. */
    public static String writeAttributes(String name, List<String> clientUrls) {
        StringBuilder text = new StringBuilder("{");
        if (!name.isEmpty()) {
            appendText(text.append("\"name\":"), name);
        }
        if (!clientUrls.isEmpty()) {
            appendTexts(text.append(name.isEmpty() ? "" : ",").append("\"clientURLs\":"), clientUrls);
        }
        return text.append('}').toString();
    }

    /** What the others need to reach a member, as in {@code /0/members/<id>/raftAttributes}. */
    public static String writeRaftAttributes(ClusterMember member) {
        return appendRaftAttributes(new StringBuilder("{"), member).append('}').toString();
    }

    /**
     * Reads what {@link #write} or {@link #writePromotion} wrote, here or in another etcd.
     *
     * @throws IllegalArgumentException the text is no member
     */
    public static Context read(String text) {
        JsonReader.Fields fields = JsonReader.object(text);
        ClusterMember member = new ClusterMember(fields.unsigned("id"), fields.texts("peerURLs"), fields.flag("isLearner"),
                fields.text("name"), fields.texts("clientURLs"));
        return new Context(member, fields.flag("isPromote"));
    }

    /** Appends a text as Go's JSON does: what could be taken for HTML is escaped too. */
    public static StringBuilder appendText(StringBuilder out, String value) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            appendCharacter(out, value.charAt(i));
        }
        return out.append('"');
    }

    private static void appendCharacter(StringBuilder out, char c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case '<', '>', '&', '\u2028', '\u2029' -> out.append(String.format("\\u%04x", (int) c));
            default -> {
                if (c < ' ') {
                    out.append(String.format("\\u%04x", (int) c));
                } else {
                    out.append(c);
                }
            }
        }
    }

    private static StringBuilder appendRaftAttributes(StringBuilder out, ClusterMember member) {
        out.append("\"peerURLs\":");
        if (member.peerUrls().isEmpty()) {
            out.append("null");
        } else {
            appendTexts(out, member.peerUrls());
        }
        return member.learner() ? out.append(",\"isLearner\":true") : out;
    }

    private static void appendTexts(StringBuilder out, List<String> values) {
        out.append('[');
        for (int i = 0; i < values.size(); i++) {
            appendText(i == 0 ? out : out.append(','), values.get(i));
        }
        out.append(']');
    }
}
