package io.tenon.runtime.storage;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.EngineCorruptException;
import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineOptions;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.StorageEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's folders, one a generation: MANIFEST names the one that counts, and a newer one is filled beside it. Calls block on the disk;
 * one at a time.
 */
public final class Generations {
    private static final Logger LOG = LoggerFactory.getLogger(Generations.class);
    /** Narrower than what {@link EngineDirectory#folders} lists: what an operator put aside under a longer name is never removed. */
    private static final Pattern NAME = Pattern.compile("([0-9]{1,18})-([a-z][a-z0-9-]*)");

    private final EngineDirectory directory;
    private final EngineOptions options;
    /** What new sessions are opened with, while its bundle is there. Written by the lifecycle thread. */
    private volatile Optional<StorageEngine> engine = Optional.empty();

    public Generations(EngineDirectory directory, EngineOptions options) {
        this.directory = directory;
        this.options = options;
    }

    /** A folder with its open session. MANIFEST names it, or will. */
    public record Opened(Manifest manifest, EngineSession session, StorageEngine by) {
    }

    /** False when the bundle that opened a session has left since. */
    public boolean isCurrent(Opened opened) {
        return engine.isPresent() && engine.get() == opened.by;
    }

    public EngineDirectory directory() {
        return directory;
    }

    /** The engine's bundle came, or went. */
    public void engine(Optional<StorageEngine> now) {
        engine = now;
    }

    /** Any thread. */
    public boolean canOpen() {
        return engine.isPresent();
    }

    /** @throws EngineException also when the engine's bundle is away */
    public EngineSession open(Manifest manifest) throws EngineException {
        return present().open(directory.folder(manifest), options);
    }

    /** Opens with the engine that is there now, whenever it is asked to. */
    public Opening opening(Manifest manifest) throws EngineException {
        StorageEngine with = present();
        return () -> with.open(directory.folder(manifest), options);
    }

    /** A session that is to be opened. */
    @FunctionalInterface
    public interface Opening {

        EngineSession open() throws EngineException;
    }

    private StorageEngine present() throws EngineException {
        return engine.orElseThrow(() -> new EngineException("the storage engine's bundle is away"));
    }

    /** Makes the folder of a new generation, of the engine that is there, and opens an empty store in it. */
    public Opened begin() throws IOException {
        StorageEngine with = present();
        long newest = directory.manifest().map(Manifest::generation).orElse(0L);
        for (Path folder : directory.folders()) {
            newest = Math.max(newest, parse(folder).map(Manifest::generation).orElse(0L));
        }
        Manifest next = new Manifest(with.id(), with.formatVersion(), newest + 1);
        directory.create(directory.folder(next));
        boolean open = false;
        try {
            Opened opened = new Opened(next, with.open(directory.folder(next), options), with);
            open = true;
            return opened;
        } finally {
            if (!open) {
                // Its sender tries again and again: each time would leave one more.
                discard(next, Optional.empty());
            }
        }
    }

    /** Closes a session and removes its folder; a failure is a warning, because the next start removes what is left over. */
    public void discard(Manifest manifest, Optional<EngineSession> session) {
        try {
            if (session.isPresent()) {
                session.get().close();
            }
            if (directory.exists(directory.folder(manifest))) {
                directory.remove(directory.folder(manifest));
            }
        } catch (IOException failure) {
            LOG.warn("engine folder cannot be removed folder={} error=\"{}\"", directory.folder(manifest), failure.getMessage());
        }
    }

    /**
     * The newest folder behind MANIFEST's whose store has applied exactly up to this mark: a snapshot that was received whole. One that was
     * not has no mark.
     */
    public Optional<Opened> complete(Manifest current, LogMark mark) throws IOException {
        List<Manifest> newer = named().stream().filter(one -> one.generation() > current.generation() && one.engine().equals(current.engine()))
                .sorted(Comparator.comparingLong(Manifest::generation).reversed()).toList();
        for (Manifest candidate : newer) {
            Optional<EngineSession> session = tryOpen(candidate);
            if (session.isPresent() && session.get().applied().equals(mark)) {
                return Optional.of(new Opened(withFormat(candidate), session.get(), present()));
            }
            if (session.isPresent()) {
                session.get().close();
            }
        }
        return Optional.empty();
    }

    /**
     * Removes a folder that MANIFEST does not name yet, unless its store was filled to its end: then it has a place in the log.
     *
     * @return false when it is complete and stays
     */
    public boolean discardUnfinished(Manifest first) throws IOException {
        if (directory.exists(directory.folder(first))) {
            Optional<EngineSession> session = tryOpen(first);
            boolean complete = session.isPresent() && session.get().applied().index() > 0;
            if (session.isPresent()) {
                session.get().close();
            }
            if (complete) {
                return false;
            }
            LOG.info("engine folder was not filled to its end and is removed folder={}", directory.folder(first));
            directory.remove(directory.folder(first));
        }
        return true;
    }

    /** A folder's name does not say its format; a snapshot is received and its installation finished by one version of a bundle, or newer. */
    private Manifest withFormat(Manifest named) throws EngineException {
        return new Manifest(named.engine(), present().formatVersion(), named.generation());
    }

    /** A folder that was being filled when the node died may be in any state. */
    private Optional<EngineSession> tryOpen(Manifest candidate) throws EngineException {
        try {
            return Optional.of(open(candidate));
        } catch (EngineCorruptException unfinished) {
            LOG.warn("engine folder is passed over folder={} error=\"{}\"", directory.folder(candidate), unfinished.getMessage());
            return Optional.empty();
        }
    }

    /** Removes every generation but MANIFEST's. Only when log and engine agree, so that none of them is needed any more. */
    public void removeLeftovers(Manifest current) throws IOException {
        for (Manifest other : named()) {
            if (other.generation() != current.generation() || !other.engine().equals(current.engine())) {
                LOG.info("engine folder is left over and removed folder={}", directory.folder(other));
                discard(other, Optional.empty());
            }
        }
    }

    private List<Manifest> named() throws IOException {
        return directory.folders().stream().map(Generations::parse).flatMap(Optional::stream).toList();
    }

    /** What a folder's name says; its format is not known from it. */
    private static Optional<Manifest> parse(Path folder) {
        Matcher name = NAME.matcher(folder.getFileName().toString());
        return name.matches() ? Optional.of(new Manifest(name.group(2), 0, Long.parseLong(name.group(1)))) : Optional.empty();
    }
}
