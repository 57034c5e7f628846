package io.tenon.lease;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveRequest;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveResponse;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveRequest;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveResponse;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import io.tenon.wire.leasepb.LeaseInternalRequest;
import io.tenon.wire.leasepb.LeaseInternalResponse;

/** A client's call as a question to the leader, and the leader's answer as the client's. The header is this member's own. */
sealed interface AskedLeader {

    /** A renewal; an unknown lease is answered with TTL 0. */
    record KeepAlive(long id, ResponseHeader header, Reply<LeaseKeepAliveResponse> reply) implements AskedLeader {

        @Override
        public Forwarding.Question question(long deadlineNanos) {
            ByteString body = LeaseKeepAliveRequest.newBuilder().setID(id).build().toByteString();
            return new Forwarding.Question(LeaseEndpoint.KEEP_ALIVE, body, deadlineNanos);
        }

        @Override
        public boolean answered(ByteString body) throws InvalidProtocolBufferException {
            LeaseKeepAliveResponse answer = LeaseKeepAliveResponse.parseFrom(body);
            if (answer.getID() != id) {
                return false;
            }
            reply.accept(answer.toBuilder().setHeader(header).build());
            return true;
        }

        @Override
        public void leaseNotFound() {
            reply.accept(LeaseKeepAliveResponse.newBuilder().setHeader(header).setID(id).build());
        }
    }

    /** How long a lease still lives; an unknown one has TTL -1. */
    record TimeToLive(LeaseTimeToLiveRequest request, ResponseHeader header, Reply<LeaseTimeToLiveResponse> reply)
            implements AskedLeader {

        @Override
        public Forwarding.Question question(long deadlineNanos) {
            ByteString body = LeaseInternalRequest.newBuilder().setLeaseTimeToLiveRequest(request).build().toByteString();
            return new Forwarding.Question(LeaseEndpoint.TIME_TO_LIVE, body, deadlineNanos);
        }

        @Override
        public boolean answered(ByteString body) throws InvalidProtocolBufferException {
            LeaseTimeToLiveResponse answer = LeaseInternalResponse.parseFrom(body).getLeaseTimeToLiveResponse();
            if (answer.getID() != request.getID()) {
                return false;
            }
            reply.accept(answer.toBuilder().setHeader(header).build());
            return true;
        }

        @Override
        public void leaseNotFound() {
            reply.accept(LeaseTimeToLiveResponse.newBuilder().setHeader(header).setID(request.getID()).setTTL(-1).build());
        }
    }

    Reply<?> reply();

    Forwarding.Question question(long deadlineNanos);

    /** False when this answers something else. */
    boolean answered(ByteString body) throws InvalidProtocolBufferException;

    void leaseNotFound();

    /** @param here asks this member again */
    default Forwarding.Asker asker(Runnable here) {
        return new Forwarding.Asker() {

            /** What cannot be read is no answer: the leader is asked again. */
            @Override
            public boolean answered(ByteString body) {
                try {
                    return AskedLeader.this.answered(body);
                } catch (InvalidProtocolBufferException unreadable) {
                    return false;
                }
            }

            @Override
            public void leaseNotFound() {
                AskedLeader.this.leaseNotFound();
            }

            @Override
            public void refused(Refusal refusal) {
                reply().refuse(refusal);
            }

            @Override
            public void askHere() {
                here.run();
            }
        };
    }
}
