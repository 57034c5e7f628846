package io.tenon.runtime.proposal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.config.Compat;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.PutRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProposalPipelineTest {
    private static final int MOST_BYTES = 10_000;
    private final ProposalPipeline pipeline = new ProposalPipeline(new RequestCodec(Compat.V3_5), new RequestIds(1, 1),
            new ProposalPipeline.Bounds(1 << 20, 1_000_000_000, 100, MOST_BYTES), (kind, request) -> Optional.empty(), System::nanoTime);
    private final List<Refusal> refusals = new ArrayList<>();
    private final Reply<Object> reply = new Reply<>() {
        @Override
        public void accept(Object answer) {
            throw new AssertionError("nothing is applied here");
        }

        @Override
        public void refuse(Refusal refusal) {
            refusals.add(refusal);
        }
    };

    private void propose(int valueBytes) {
        pipeline.propose(InternalRaftRequest.newBuilder().setPut(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("k"))
                .setValue(ByteString.copyFrom(new byte[valueBytes]))).build(), reply);
    }

    @Test
    void proposalsThatWaitTakeBoundedMemory() {
        propose(4000);
        propose(4000);
        propose(4000);
        assertEquals(List.of(Refusals.TOO_MANY_REQUESTS), refusals);
        propose(100);
        assertEquals(1, refusals.size());
        pipeline.tick(System.nanoTime() + 2_000_000_000L);
        refusals.clear();
        propose(4000);
        propose(4000);
        assertEquals(List.of(), refusals);
    }

    @Test
    void aLoneLargeProposalIsTaken() {
        propose(500_000);
        assertEquals(List.of(), refusals);
    }
}
