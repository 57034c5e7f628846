package io.tenon.runtime.snapshot;

import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.Consensus;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import io.tenon.api.consensus.Snapshot;
import io.tenon.api.loop.LoopHost;
import io.tenon.runtime.apply.ApplyLoop;
import io.tenon.runtime.storage.Generations;
import io.tenon.spi.storage.EngineCorruptException;
import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.export.DatabaseForm;
import io.tenon.spi.transport.PeerInbox;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What comes from other members. A snapshot is received into a new generation, one at a time; then its message goes to consensus. When
 * consensus has taken that in and does not want the snapshot (its sender is deposed, or the log is further by now), the generation is
 * removed, and the next may come.
 */
final class SnapshotInbox implements PeerInbox {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotInbox.class);

    private final LoopHost host;
    private final ApplyLoop applyLoop;
    private final Generations generations;
    private final AtomicReference<Optional<Consensus>> consensus;
    private final Databases databases;
    /** From the first byte of a snapshot until it is installed or thrown away. */
    private final AtomicBoolean busy = new AtomicBoolean();
    /** The apply loop's. */
    private Optional<Received> received = Optional.empty();

    SnapshotInbox(Snapshots.Parts parts, Generations generations) {
        host = parts.host();
        applyLoop = parts.applyLoop();
        consensus = parts.consensus();
        databases = parts.databases();
        this.generations = generations;
    }

    /** A snapshot without its state is dropped: once the log named it, it could not be installed, nor the node start again. */
    @Override
    public boolean receive(Message message) {
        if (message.type() == MessageType.SNAPSHOT) {
            LOG.error("a snapshot came without its state and is dropped from={} snapshot-index={}", Long.toHexString(message.from()),
                    message.snapshot().index());
            return false;
        }
        return consensus.get().map(now -> now.receive(message)).orElse(false);
    }

    @Override
    public void unreachable(long member) {
        consensus.get().ifPresent(now -> now.peerUnreachable(member));
    }

    @Override
    public void receiveSnapshot(Message message, InputStream export) throws IOException {
        receive(message, mark -> take(mark, new IncomingExport(export, mark)));
    }

    /** The file is saved before it is read: its root may be anywhere in it. */
    @Override
    public void receiveDatabase(Message message, InputStream database) throws IOException {
        DatabaseForm form = databases.form();
        ConfState confState = message.snapshot().confState();
        receive(message, mark -> {
            Path file = databases.save(mark.index(), database);
            try {
                return take(mark, new IncomingDatabase(form, file, (found, members) -> confState(found, mark, confState),
                        message.snapshot().data().toStringUtf8()));
            } finally {
                databases.discard(file);
            }
        });
    }

    /** etcd takes file and message at one place. Entries between two places would be lost, or applied a second time. */
    private static ConfState confState(LogMark found, LogMark announced, ConfState confState) {
        if (!found.equals(announced)) {
            throw new EngineCorruptException("its rows are those at " + found + ", the message before it says " + announced);
        }
        return confState;
    }

    /** How a state is taken in. */
    private interface Taking {
        Received at(LogMark mark) throws IOException;
    }

    private void receive(Message message, Taking taking) throws IOException {
        Consensus to = consensus.get().orElseThrow(() -> new IOException("no node runs yet"));
        Snapshot snapshot = message.snapshot();
        if (message.type() != MessageType.SNAPSHOT || snapshot.isEmpty()) {
            throw new IOException("a message of type " + message.type() + " at " + snapshot.index() + " is no snapshot");
        }
        if (!busy.compareAndSet(false, true)) {
            throw new IOException("another snapshot is being received or installed");
        }
        Optional<Received> taken = Optional.empty();
        try {
            taken = Optional.of(taking.at(new LogMark(snapshot.term(), snapshot.index())));
        } finally {
            if (taken.isEmpty()) {
                busy.set(false);
            }
        }
        hand(taken.get(), message, to);
    }

    /** Fills a new generation; a failure leaves nothing behind. */
    private Received take(LogMark mark, Incoming state) throws IOException {
        Optional<Generations.Opened> opened = Optional.empty();
        boolean whole = false;
        try {
            opened = Optional.of(generations.begin());
            new Import(opened.get().session()).read(state);
            if (!generations.isCurrent(opened.get())) {
                throw new EngineException("the storage engine's bundle left meanwhile");
            }
            whole = true;
            LOG.info("received snapshot snapshot-index={} snapshot-term={} generation={}", mark.index(), mark.term(),
                    opened.get().manifest().generation());
            return new Received(opened.get(), mark);
        } catch (EngineCorruptException damage) {
            throw new IOException("snapshot at " + mark.index() + " did not arrive whole: " + damage.getMessage(), damage);
        } finally {
            if (!whole) {
                opened.ifPresent(one -> generations.discard(one.manifest(), Optional.of(one.session())));
            }
        }
    }

    private void hand(Received state, Message message, Consensus to) throws IOException {
        applyLoop.mustRun(() -> keep(state));
        if (!to.receive(message)) {
            applyLoop.mustRun(() -> throwAway(state));
            throw new IOException("too many messages wait for consensus");
        }
        // Consensus tells of a snapshot that it takes before it calls this back.
        to.afterReceived(() -> applyLoop.mustRun(() -> {
            if (!state.isWanted()) {
                LOG.info("received snapshot is not wanted snapshot-index={}", state.mark().index());
                throwAway(state);
            }
        }));
    }

    private void keep(Received state) {
        received = Optional.of(state);
        if (!generations.isCurrent(state.opened())) {
            // The engine's bundle left in this very moment, and whoever saw it leave did not see this session.
            state.takeSession().ifPresent(session -> host.runBlocking("snapshot-close", () -> close(session)));
        }
    }

    static void close(EngineSession session) {
        try {
            session.close();
        } catch (EngineException failure) {
            LOG.warn("the session of a received snapshot does not close error=\"{}\"", failure.getMessage());
        }
    }

    private void throwAway(Received state) {
        received = Optional.empty();
        Optional<EngineSession> session = state.takeSession();
        host.runBlocking("snapshot-discard", () -> {
            generations.discard(state.manifest(), session);
            busy.set(false);
        });
    }

    /** The state that was received for this place. Apply loop. */
    Optional<Received> at(LogMark mark) {
        return received.filter(state -> state.mark().equals(mark));
    }

    /** The state was installed. Apply loop. */
    void installed() {
        received = Optional.empty();
        busy.set(false);
    }

    /** The session that must not be used any more, because its engine's bundle leaves or the node stops. Apply loop. */
    Optional<EngineSession> takeSession() {
        return received.flatMap(Received::takeSession);
    }
}
