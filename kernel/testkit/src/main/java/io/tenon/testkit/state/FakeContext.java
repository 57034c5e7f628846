package io.tenon.testkit.state;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.state.Ports;
import io.tenon.spi.state.Rows;
import io.tenon.spi.storage.Bucket;
import io.tenon.wire.etcdserverpb.ResponseHeader;

/** A context for one call of a machine. Writes go to the node's tables at once; use after the call is an error. */
final class FakeContext implements ApplyContext {
    private final StateNode node;
    private final LogMark mark;
    private final boolean answered;
    private boolean over;

    FakeContext(StateNode node, LogMark mark, boolean answered) {
        this.node = node;
        this.mark = mark;
        this.answered = answered;
    }

    void end() {
        over = true;
    }

    @Override
    public LogMark mark() {
        return mark;
    }

    @Override
    public void put(Bucket bucket, byte[] key, byte[] value) {
        checkUse(bucket);
        node.write(bucket, key, value);
    }

    @Override
    public void delete(Bucket bucket, byte[] key) {
        checkUse(bucket);
        node.erase(bucket, key);
    }

    @Override
    public Rows rows() {
        return node.liveRows();
    }

    @Override
    public ResponseHeader header(long revision) {
        return node.header(revision);
    }

    @Override
    public boolean answered() {
        return answered;
    }

    @Override
    public long nowNanos() {
        return node.nowNanos();
    }

    @Override
    public Ports ports() {
        return node.ports();
    }

    private void checkUse(Bucket bucket) {
        if (over) {
            throw new IllegalStateException("context used after its call, for bucket " + bucket);
        }
        node.checkOwned(bucket);
    }
}
