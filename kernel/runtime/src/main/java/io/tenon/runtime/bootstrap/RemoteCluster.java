package io.tenon.runtime.bootstrap;

import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.cluster.JsonReader;
import io.tenon.api.cluster.MemberIds;
import io.tenon.spi.transport.PeerAnswer;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running cluster as one of its members told of it ({@code GET /members}). */
record RemoteCluster(long clusterId, List<ClusterMember> members) {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteCluster.class);
    static final String PATH = "/members";

    /** Empty, and logged, when the answer is none. */
    static Optional<RemoteCluster> of(PeerQuestions.Answered answered) {
        try {
            return Optional.of(parse(answered.answer()));
        } catch (IllegalArgumentException bad) {
            LOG.warn("peer tells no members address={} reason=\"{}\"", answered.base(), bad.getMessage());
            return Optional.empty();
        }
    }

    private static RemoteCluster parse(PeerAnswer answer) {
        JsonReader.Fields list = JsonReader.object("{\"members\":" + answer.body().toStringUtf8() + "}");
        List<ClusterMember> members = list.objects("members").stream().map(RemoteCluster::member).toList();
        return new RemoteCluster(MemberIds.parseHex(answer.header("X-Etcd-Cluster-ID")), members);
    }

    private static ClusterMember member(JsonReader.Fields fields) {
        return new ClusterMember(fields.unsigned("id"), fields.texts("peerURLs"), fields.flag("isLearner"), fields.text("name"),
                fields.texts("clientURLs"));
    }

    Optional<ClusterMember> member(long id) {
        return members.stream().filter(member -> member.id() == id).findFirst();
    }
}
