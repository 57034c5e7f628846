package io.tenon.watch;

import io.tenon.api.Refusal;
import io.tenon.api.Slot;
import io.tenon.api.StatusCode;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.kv.KeyHistory;
import io.tenon.api.loop.LoopHandle;
import io.tenon.api.loop.LoopHost;
import io.tenon.api.loop.LoopRole;
import io.tenon.api.loop.WorkerPool;
import io.tenon.api.proposal.Proposals;
import io.tenon.api.watch.WatchSink;
import io.tenon.spi.state.Change;
import io.tenon.spi.state.EventPort;
import io.tenon.spi.state.Handover;
import io.tenon.spi.watch.WatchEngine;
import io.tenon.wire.etcdserverpb.WatchCancelRequest;
import io.tenon.wire.etcdserverpb.WatchCreateRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The watch bundle's one component: passes changes of the apply loop to the log, and requests of edges to the loop of their stream. */
@Component(immediate = true, service = {WatchEngine.class, EventPort.class})
public final class WatchComponent implements WatchEngine, EventPort {
    private static final Logger LOG = LoggerFactory.getLogger(WatchComponent.class);
    private static final Refusal NOT_TAKEN_OVER = Refusal.of(StatusCode.UNAVAILABLE, "etcdserver: watch engine was replaced");
    private final EventLog log;
    private final Map<Long, ClientStream> streams = new ConcurrentHashMap<>();
    private final WatchShard shard;
    private final LoopHandle handle;

    @Activate
    public WatchComponent(@Reference(target = Slot.TARGET) LoopHost loops, @Reference(target = Slot.TARGET) WorkerPool workers,
                          @Reference(target = Slot.TARGET) KeyHistory history, @Reference(target = Slot.TARGET) Proposals proposals,
                          @Reference NodeConfig config) {
        EventLog events = new EventLog();
        Replies replies = new Replies(proposals);
        ProgressTimer timer = new ProgressTimer(replies, config.watches().progressNotifyInterval(), loops.nowNanos());
        this(events, new WatchShard(new PastReader(events, history, new Background(workers)), replies, timer), loops);
    }

    WatchComponent(EventLog log, WatchShard shard, LoopHost loops) {
        this.log = log;
        this.shard = shard;
        handle = loops.attach(LoopRole.WATCH, "watch", shard);
        shard.onWork(handle::wake);
    }

    @Deactivate
    void deactivate() {
        handle.close();
    }

    @Override
    public void changed(long revision, List<Change> changes) {
        log.append(revision, changes);
    }

    @Override
    public void published(long revision) {
        // The kernel publishes with every tick too; nobody is woken for that.
        if (log.publish(revision) && log.read()) {
            handle.wake();
        }
    }

    @Override
    public void open(long stream, WatchSink sink) {
        streams.put(stream, new ClientStream(stream, sink));
    }

    @Override
    public void create(long stream, WatchCreateRequest request) {
        with(stream, known -> shard.offer(known, new StreamRequest.Create(known, request)));
    }

    @Override
    public void cancel(long stream, WatchCancelRequest request) {
        with(stream, known -> shard.offer(known, new StreamRequest.Cancel(known, request)));
    }

    @Override
    public void requestProgress(long stream) {
        with(stream, known -> shard.offer(known, new StreamRequest.Progress(known)));
    }

    @Override
    public void writable(long stream) {
        with(stream, known -> shard.offer(known, new StreamRequest.Writable(known)));
    }

    @Override
    public void close(long stream) {
        with(stream, known -> {
            streams.remove(stream);
            known.close();
            shard.offer(known, new StreamRequest.Close(known));
        });
    }

    @Override
    public Optional<Handover> handOver() {
        handle.close();
        List<ParkedStream> parked = shard.park();
        LOG.info("watch engine handed over streams={}", parked.size());
        return Optional.of(ParkedForm.write(parked));
    }

    @Override
    public void takeOver(Handover handover, Map<Long, WatchSink> sinks) {
        if (!ParkedForm.readable(handover)) {
            LOG.warn("watch streams ended: parked by a version that is not known machine={} format={}", handover.machine(), handover.format());
            sinks.values().forEach(sink -> sink.end(NOT_TAKEN_OVER));
            return;
        }
        sinks.forEach(this::open);
        List<ParkedStream> parked = ParkedForm.read(handover, sinks, streams::get);
        if (!shard.adopt(parked)) {
            throw new IllegalStateException("taken over after other requests");
        }
        LOG.info("watch engine took over streams={}", parked.size());
    }

    /** A stream that is not known was closed, or ended by the engine. */
    private void with(long stream, Consumer<ClientStream> request) {
        Optional.ofNullable(streams.get(stream)).ifPresent(request);
    }
}
