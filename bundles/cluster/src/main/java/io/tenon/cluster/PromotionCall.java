package io.tenon.cluster;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerCalls;
import io.tenon.spi.transport.PeerRequest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code POST /members/promote/<id>} to the leader, at one of its addresses after the other until one answers for good. */
record PromotionCall(PeerCalls calls, long id, String token) {
    private static final Logger LOG = LoggerFactory.getLogger(PromotionCall.class);
    static final String PATH = "/members/promote/";
    static final String NOT_FOUND = "membership: ID not found";
    static final String NO_LEARNER = "membership: can only promote a learner member";

    /** What came of it. */
    sealed interface Answer {

        record Promoted(List<ClusterMember> members) implements Answer {
        }

        record Refused(Refusal refusal) implements Answer {
        }

        /** Nobody answered, or nothing that is final. */
        record Unknown() implements Answer {
        }
    }

    /** @param answered called on a thread of the transport, or by this call */
    void ask(List<URI> urls, Duration limit, Consumer<Answer> answered) {
        if (urls.isEmpty()) {
            answered.accept(new Answer.Unknown());
            return;
        }
        List<URI> others = urls.subList(1, urls.size());
        calls.call(urls.getFirst(), request(), limit, new Reply<>() {

            @Override
            public void accept(PeerAnswer answer) {
                Answer read = read(answer);
                if (read instanceof Answer.Unknown) {
                    LOG.warn("promotion not answered for good leader={} status={}", urls.getFirst(), answer.status());
                    ask(others, limit, answered);
                } else {
                    answered.accept(read);
                }
            }

            @Override
            public void refuse(Refusal refusal) {
                LOG.warn("promotion not answered leader={} reason=\"{}\"", urls.getFirst(), refusal.text());
                ask(others, limit, answered);
            }
        });
    }

    private PeerRequest request() {
        Map<String, String> headers = token.isEmpty() ? Map.of() : Map.of("Authorization", token);
        return new PeerRequest("POST", PATH + Long.toUnsignedString(id), "", headers, ByteString.EMPTY);
    }

    private static Answer read(PeerAnswer answer) {
        String text = answer.body().toStringUtf8().strip();
        return switch (answer.status()) {
            case 200 -> promoted(text);
            case 404 -> text.equals(NOT_FOUND) ? new Answer.Refused(Refusals.MEMBER_NOT_FOUND) : new Answer.Unknown();
            case 412 -> notReady(text);
            default -> new Answer.Unknown();
        };
    }

    private static Answer promoted(String text) {
        try {
            return new Answer.Promoted(MembersJson.read(text));
        } catch (IllegalArgumentException unreadable) {
            LOG.warn("the leader's members cannot be read reason=\"{}\"", unreadable.getMessage());
            return new Answer.Unknown();
        }
    }

    private static Answer notReady(String text) {
        Refusal notInSync = Refusals.CAN_ONLY_PROMOTE_A_LEARNER_MEMBER_WHICH_IS_IN_SYNC_WITH_LEADER;
        if (text.equals(notInSync.text())) {
            return new Answer.Refused(notInSync);
        }
        return text.equals(NO_LEARNER) ? new Answer.Refused(Refusals.CAN_ONLY_PROMOTE_A_LEARNER_MEMBER) : new Answer.Unknown();
    }
}
