package io.tenon.edge.json;

import com.google.protobuf.ByteString;
import io.tenon.api.CallContext;
import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.Slot;
import io.tenon.api.consensus.LeaderView;
import io.tenon.api.kv.KeyValues;
import io.tenon.api.kv.RangeResult;
import io.tenon.api.maintenance.Maintenance;
import io.tenon.wire.etcdserverpb.AlarmMember;
import io.tenon.wire.etcdserverpb.AlarmRequest;
import io.tenon.wire.etcdserverpb.AlarmResponse;
import io.tenon.wire.etcdserverpb.AlarmType;
import io.tenon.wire.etcdserverpb.RangeRequest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What can be asked of a node's health. For this bundle's endpoints alone. */
@Component(service = Checks.class)
public final class Checks {

    /** How a key is read. */
    enum Read { LINEARIZABLE, SERIALIZABLE }

    private static final ByteString HEALTH_KEY = ByteString.copyFromUtf8("health");

    private final Maintenance maintenance;
    private final KeyValues keyValues;
    private final LeaderView leader;

    @Activate
    public Checks(@Reference(target = Slot.TARGET) Maintenance maintenance, @Reference(target = Slot.TARGET) KeyValues keyValues,
                  @Reference(target = Slot.TARGET) LeaderView leader) {
        this.maintenance = maintenance;
        this.keyValues = keyValues;
        this.leader = leader;
    }

    boolean hasLeader() {
        return leader.hasLeader();
    }

    boolean isLearner() {
        return leader.isLearner();
    }

    /** The alarms that are raised anywhere in the cluster. */
    CompletableFuture<List<AlarmMember>> alarms(Executor home) {
        var alarms = new CompletableFuture<List<AlarmMember>>();
        maintenance.alarm(AlarmRequest.getDefaultInstance(), new CallContext(home, ""),
                reply(home, (AlarmResponse answer) -> alarms.complete(answer.getAlarmsList()),
                        refusal -> alarms.completeExceptionally(refusal.asException())));
        return alarms;
    }

    /** Reads a key, as a client would; the text of what went wrong. A client's lack of rights is no fault of the node. */
    CompletableFuture<Optional<String>> read(Read kind, Executor home) {
        var error = new CompletableFuture<Optional<String>>();
        var request = RangeRequest.newBuilder().setKey(HEALTH_KEY).setLimit(1).setSerializable(kind == Read.SERIALIZABLE).build();
        keyValues.range(request, new CallContext(home, ""), reply(home, (RangeResult answer) -> error.complete(Optional.empty()),
                refusal -> error.complete(isAboutRights(refusal) ? Optional.empty() : Optional.of(refusal.text()))));
        return error;
    }

    private static boolean isAboutRights(Refusal refusal) {
        return refusal.equals(Refusals.USER_NAME_IS_EMPTY) || refusal.equals(Refusals.PERMISSION_DENIED);
    }

    static String rangeError(String text) {
        return "range error: " + text;
    }

    /** What is wrong when a member has found its data to differ. */
    static Optional<String> corruption(List<AlarmMember> alarms) {
        return alarms.stream().anyMatch(alarm -> alarm.getAlarm() == AlarmType.CORRUPT)
                ? Optional.of("alarm activated: CORRUPT") : Optional.empty();
    }

    /** What a check that could not be made says. */
    static String text(Throwable failure) {
        return String.valueOf(failure instanceof CompletionException wrapped ? wrapped.getCause().getMessage() : failure.getMessage());
    }

    /** Answers come from loops that must not wait for a client, so they are brought home first. */
    private static <T> Reply<T> reply(Executor home, Consumer<T> accepted, Consumer<Refusal> refused) {
        return new Reply<>() {
            @Override
            public void accept(T answer) {
                home.execute(() -> accepted.accept(answer));
            }

            @Override
            public void refuse(Refusal refusal) {
                home.execute(() -> refused.accept(refusal));
            }
        };
    }
}
