package io.tenon.runtime.apply;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusals;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.state.KeyspacePort;
import io.tenon.spi.state.Ports;
import io.tenon.spi.state.RequestKind;
import io.tenon.spi.state.Rows;
import io.tenon.spi.state.StateMachine;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineView;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.PutResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Applies puts by writing down what happens in which order; refuses a put of the key "refused". */
final class RecordingMachine implements StateMachine, KeyspacePort {
    final List<String> happened = new ArrayList<>();
    /** What happens elsewhere while an entry is being applied. */
    Runnable meanwhile = () -> { };
    private long revision = 1;

    @Override
    public String id() {
        return "mvcc";
    }

    @Override
    public int order() {
        return 30;
    }

    @Override
    public Set<RequestKind> kinds() {
        return Set.of(RequestKind.PUT);
    }

    @Override
    public Set<Bucket> buckets() {
        return Set.of(Bucket.KEY);
    }

    @Override
    public void restore(EngineView view, Ports ports) {
        happened.add("restore");
    }

    @Override
    public Object apply(ApplyContext context, RequestKind kind, InternalRaftRequest request) {
        String key = request.getPut().getKey().toStringUtf8();
        happened.add("apply " + key + (context.answered() ? " awaited" : ""));
        meanwhile.run();
        if (key.equals("refused")) {
            throw Refusals.KEY_NOT_FOUND.asException();
        }
        revision++;
        return PutResponse.newBuilder().setHeader(context.header(revision)).build();
    }

    @Override
    public void publish(Rows rows) {
        happened.add("publish");
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public long delete(ApplyContext context, List<ByteString> keys) {
        throw new AssertionError("not asked for in these tests");
    }
}
