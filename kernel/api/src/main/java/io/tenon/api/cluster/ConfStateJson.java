package io.tenon.api.cluster;

import io.tenon.api.consensus.ConfState;
import java.util.List;

/** Raft's configuration as the JSON that etcd keeps in bucket {@code meta}: lists without a member are left out. */
public final class ConfStateJson {

    private ConfStateJson() {
    }

    public static String write(ConfState state) {
        StringBuilder text = new StringBuilder("{");
        append(text, "voters", state.voters());
        append(text, "learners", state.learners());
        append(text, "voters_outgoing", state.votersOutgoing());
        append(text, "learners_next", state.learnersNext());
        return text.append("\"auto_leave\":").append(state.autoLeave()).append('}').toString();
    }

    /** @throws IllegalArgumentException the text is no configuration */
    public static ConfState read(String text) {
        JsonReader.Fields fields = JsonReader.object(text);
        return new ConfState(fields.unsignedNumbers("voters"), fields.unsignedNumbers("learners"),
                fields.unsignedNumbers("voters_outgoing"), fields.unsignedNumbers("learners_next"), fields.flag("auto_leave"));
    }

    private static void append(StringBuilder text, String name, List<Long> ids) {
        if (ids.isEmpty()) {
            return;
        }
        text.append('"').append(name).append("\":[");
        for (int i = 0; i < ids.size(); i++) {
            text.append(i == 0 ? "" : ",").append(Long.toUnsignedString(ids.get(i)));
        }
        text.append("],");
    }
}
