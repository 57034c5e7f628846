package io.tenon.watch;

import com.google.protobuf.ByteString;
import io.tenon.api.watch.WatchReply;
import io.tenon.api.watch.WatchSink;
import io.tenon.spi.state.Handover;
import io.tenon.watch.WatcherSpec.Trait;
import io.tenon.wire.etcdserverpb.WatchCancelRequest;
import io.tenon.wire.etcdserverpb.WatchCreateRequest;
import io.tenon.wire.etcdserverpb.WatchProgressRequest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * Streams as they are parked in the kernel: lists and maps by name, of the JDK's types and the kernel's, so that nothing of this bundle's
 * class loader is kept, and a later version can add names.
 */
final class ParkedForm {
    static final String MACHINE = "watch";
    static final int FORMAT = 1;

    private ParkedForm() {
    }

    static Handover write(List<ParkedStream> streams) {
        return new Handover(MACHINE, FORMAT, streams.stream().map(ParkedForm::write).toList());
    }

    static boolean readable(Handover handover) {
        return handover.machine().equals(MACHINE) && handover.format() == FORMAT;
    }

    /** @param streamOf makes the stream of a number that has a sink; others are left out */
    static List<ParkedStream> read(Handover handover, Map<Long, WatchSink> sinks, LongFunction<ClientStream> streamOf) {
        List<ParkedStream> streams = new ArrayList<>();
        for (Object parked : (List<?>) handover.content()) {
            Fields fields = new Fields((Map<?, ?>) parked);
            long number = fields.number("stream");
            if (sinks.containsKey(number)) {
                streams.add(readStream(fields, streamOf.apply(number)));
            }
        }
        return streams;
    }

    private static Map<String, Object> write(ParkedStream parked) {
        return Map.of("stream", parked.stream().number(), "nextId", parked.nextId(),
                "watchers", parked.watchers().stream().map(ParkedForm::write).toList(),
                "owed", List.copyOf(parked.owed()), "progress", List.copyOf(parked.progressTargets()),
                "requests", parked.requests().stream().map(ParkedForm::write).toList());
    }

    private static ParkedStream readStream(Fields fields, ClientStream stream) {
        List<ParkedWatcher> watchers = new ArrayList<>();
        fields.list("watchers").forEach(watcher -> watchers.add(readWatcher(new Fields((Map<?, ?>) watcher))));
        List<WatchReply> owed = new ArrayList<>();
        fields.list("owed").forEach(reply -> owed.add((WatchReply) reply));
        List<Long> progress = new ArrayList<>();
        fields.list("progress").forEach(target -> progress.add((Long) target));
        List<StreamRequest> requests = new ArrayList<>();
        fields.list("requests").forEach(request -> requests.add(readRequest(request, stream)));
        return new ParkedStream(stream, fields.number("nextId"), watchers, owed, progress, requests);
    }

    private static Map<String, Object> write(ParkedWatcher parked) {
        WatcherSpec spec = parked.spec();
        return Map.of("id", spec.id(), "from", spec.range().from(), "to", spec.range().to(), "start", spec.startRevision(),
                "traits", spec.traits().stream().map(Trait::name).toList(), "cursor", parked.cursor(), "historic", parked.historic());
    }

    private static ParkedWatcher readWatcher(Fields fields) {
        Set<Trait> traits = EnumSet.noneOf(Trait.class);
        fields.list("traits").forEach(name -> traits.add(Trait.valueOf((String) name)));
        KeyRange range = new KeyRange((ByteString) fields.value("from"), (ByteString) fields.value("to"));
        WatcherSpec spec = new WatcherSpec(fields.number("id"), range, fields.number("start"), traits);
        return new ParkedWatcher(spec, fields.number("cursor"), (Boolean) fields.value("historic"));
    }

    private static Object write(StreamRequest request) {
        return switch (request) {
            case StreamRequest.Create create -> create.request();
            case StreamRequest.Cancel cancel -> cancel.request();
            case StreamRequest.Progress _ -> WatchProgressRequest.getDefaultInstance();
            case StreamRequest.Writable _, StreamRequest.Close _, StreamRequest.Adopt _ ->
                    throw new IllegalStateException("not to be parked: " + request);
        };
    }

    private static StreamRequest readRequest(Object request, ClientStream stream) {
        return switch (request) {
            case WatchCreateRequest create -> new StreamRequest.Create(stream, create);
            case WatchCancelRequest cancel -> new StreamRequest.Cancel(stream, cancel);
            case WatchProgressRequest _ -> new StreamRequest.Progress(stream);
            default -> throw new IllegalStateException("parked request of " + request.getClass());
        };
    }

    private record Fields(Map<?, ?> map) {
        Object value(String name) {
            Object value = map.get(name);
            if (value == null) {
                throw new IllegalStateException("parked watch state lacks " + name);
            }
            return value;
        }

        long number(String name) {
            return (Long) value(name);
        }

        List<?> list(String name) {
            return (List<?>) value(name);
        }
    }
}
