package io.tenon.cluster;

import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.cluster.JsonReader;
import io.tenon.api.cluster.MemberJson;
import java.util.List;
import java.util.stream.Collectors;

/** Members as they tell one another: an array that ends with a line feed. */
final class MembersJson {

    private MembersJson() {
    }

    static String write(List<ClusterMember> members) {
        return members.stream().map(MemberJson::write).collect(Collectors.joining(",", "[", "]\n"));
    }

    /** @throws IllegalArgumentException the text is no list of members */
    static List<ClusterMember> read(String text) {
        return JsonReader.object("{\"members\":" + text + "}").objects("members").stream().map(fields -> new ClusterMember(fields.unsigned("id"),
                fields.texts("peerURLs"), fields.flag("isLearner"), fields.text("name"), fields.texts("clientURLs"))).toList();
    }
}
