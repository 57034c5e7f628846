package io.tenon.members;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineOptions;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.EngineSize;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.storage.SealedBatch;
import io.tenon.spi.storage.StorageEngine;
import java.nio.file.Path;

/** A real engine with a place to crash at before and after each commit and flush. */
record CrashingEngine(StorageEngine engine, Arrows arrows) implements StorageEngine {

    @Override
    public String id() {
        return engine.id();
    }

    @Override
    public int formatVersion() {
        return engine.formatVersion();
    }

    @Override
    public EngineSession open(Path folder, EngineOptions options) throws EngineException {
        return new Session(engine.open(folder, options), arrows);
    }

    private record Session(EngineSession session, Arrows arrows) implements EngineSession {

        @Override
        public LogMark applied() {
            return session.applied();
        }

        @Override
        public void commit(SealedBatch batch, LogMark applied) throws EngineException {
            arrows.pass("before the engine's commit");
            session.commit(batch, applied);
            arrows.pass("after the engine's commit");
        }

        @Override
        public LogMark flush() throws EngineException {
            arrows.pass("before the engine's flush");
            LogMark durable = session.flush();
            arrows.pass("after the engine's flush");
            return durable;
        }

        @Override
        public EngineView view() {
            return session.view();
        }

        @Override
        public EngineSize size() {
            return session.size();
        }

        @Override
        public boolean reclaim(long budgetNanos) throws EngineException {
            return session.reclaim(budgetNanos);
        }

        @Override
        public void defragment() throws EngineException {
            session.defragment();
        }

        @Override
        public void close() throws EngineException {
            session.close();
        }
    }
}
