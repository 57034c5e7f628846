package io.tenon.edge.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.tenon.api.Refusal;
import io.tenon.api.RefusedException;
import io.tenon.api.Reply;
import io.tenon.api.loop.LoopHost;
import io.tenon.api.maintenance.DatabaseSnapshot;
import io.tenon.api.maintenance.Maintenance;
import io.tenon.wire.etcdserverpb.SnapshotRequest;
import io.tenon.wire.etcdserverpb.SnapshotResponse;
import java.io.IOException;
import java.io.InputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One snapshot on its way to a client. The state is read on a thread of its own, because a slow client makes it wait; everything on the gRPC call
 * happens on the call's event loop. Between them at most {@link SnapshotPieces#MOST_UNSENT} pieces wait.
 */
final class SnapshotCall extends ServerCall.Listener<InputStream> implements Reply<DatabaseSnapshot>, SnapshotPieces.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotCall.class);

    private final Parts parts;
    private final ServerCall<InputStream, Outgoing> call;
    private final Home home;
    private final String token;
    private final SnapshotPieces pieces;
    private boolean asked;
    private boolean headersSent;
    private boolean ended;
    /** Pieces that were given to the call while its transport had no room. */
    private int unsent;

    /**
     * What every call needs.
     *
     * @param version of the storage, as responses from 3.6 on say it; empty before
     */
    record Parts(Calls calls, Maintenance maintenance, LoopHost host, String version) {
    }

    private SnapshotCall(Parts parts, ServerCall<InputStream, Outgoing> call, String token) {
        this.parts = parts;
        this.call = call;
        this.token = token;
        home = parts.calls.home();
        pieces = new SnapshotPieces(parts.version, this);
    }

    static ServerCall.Listener<InputStream> start(Parts parts, ServerCall<InputStream, Outgoing> call, Metadata headers) {
        SnapshotCall snapshot = new SnapshotCall(parts, call, Calls.token(headers));
        call.request(1);
        return snapshot;
    }

    @Override
    public void onMessage(InputStream bytes) {
        if (ended || asked) {
            return;
        }
        asked = true;
        try {
            Incoming.parse(SnapshotRequest.parser(), bytes);
            parts.maintenance.snapshot(home.context(token), this);
        } catch (InvalidProtocolBufferException e) {
            end(Status.INTERNAL.withDescription("grpc: error unmarshalling request: " + e.getMessage()));
        } catch (RefusedException e) {
            end(parts.calls.status(e.refusal()));
        }
    }

    @Override
    public void onHalfClose() {
        if (!asked && !ended) {
            end(Status.INTERNAL.withDescription("the call ended without a request"));
        }
    }

    @Override
    public void accept(DatabaseSnapshot snapshot) {
        parts.host.runBlocking("client-snapshot", () -> send(snapshot));
    }

    @Override
    public void refuse(Refusal refusal) {
        home.execute(() -> end(parts.calls.status(refusal)));
    }

    /** The whole life of a snapshot, on a thread of its own. */
    private void send(DatabaseSnapshot snapshot) {
        try (snapshot) {
            pieces.begin(snapshot.sizeBytes());
            snapshot.writeTo(pieces);
            pieces.end();
            home.execute(() -> end(Status.OK));
        } catch (IOException failure) {
            if (!pieces.isCancelled()) {
                LOG.warn("snapshot for a client broke off error=\"{}\"", failure.getMessage());
                home.execute(() -> end(parts.calls.status(Refusal.unknown(failure.getMessage()))));
            }
        } catch (RuntimeException bug) {
            LOG.error("snapshot for a client failed", bug);
            home.execute(() -> end(parts.calls.status(Refusal.unknown(String.valueOf(bug.getMessage())))));
        }
    }

    @Override
    public void send(SnapshotResponse piece) {
        home.execute(() -> {
            if (ended) {
                return;
            }
            if (!headersSent) {
                headersSent = true;
                call.sendHeaders(new Metadata());
            }
            call.sendMessage(new MessageOut(piece));
            unsent++;
            onReady();
        });
    }

    @Override
    public void onReady() {
        if (call.isReady() && unsent > 0) {
            pieces.sent(unsent);
            unsent = 0;
        }
    }

    @Override
    public void onCancel() {
        forget();
    }

    @Override
    public void onComplete() {
        forget();
    }

    private void end(Status status) {
        if (!ended) {
            forget();
            call.close(status, new Metadata());
        }
    }

    private void forget() {
        ended = true;
        pieces.cancel();
    }
}
