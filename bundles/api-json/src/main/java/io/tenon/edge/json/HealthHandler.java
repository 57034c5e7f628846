package io.tenon.edge.json;

import io.tenon.wire.etcdserverpb.AlarmMember;
import io.tenon.wire.etcdserverpb.AlarmType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * {@code /health}: alarms, then the leader, then the read of a key; the first that fails is the reason. With {@code serializable=true}
 * only this member is asked, and {@code exclude=NOSPACE} or {@code exclude=CORRUPT} overlooks an alarm.
 */
@Component(service = Handler.class, property = "tenon.http.path=/health")
public final class HealthHandler extends GetHandler {
    private final Checks checks;

    @Activate
    public HealthHandler(@Reference Checks checks) {
        this.checks = checks;
    }

    @Override
    void get(Request request, Response response, Callback callback) {
        var parameters = Request.extractQueryParameters(request);
        var excluded = Set.copyOf(parameters.getValuesOrEmpty("exclude"));
        var read = "true".equals(parameters.getValue("serializable")) ? Checks.Read.SERIALIZABLE : Checks.Read.LINEARIZABLE;
        Executor home = request.getComponents().getExecutor();
        checks.alarms(home)
                .thenCompose(alarms -> reason(alarms, excluded, read, home))
                .exceptionally(failure -> Optional.of(Checks.text(failure)))
                .thenAccept(reason -> answer(reason, response, callback));
    }

    private CompletableFuture<Optional<String>> reason(List<AlarmMember> alarms, Set<String> excluded, Checks.Read read, Executor home) {
        Optional<String> alarm = alarms.stream().map(AlarmMember::getAlarm).filter(type -> !excluded.contains(type.name()))
                .findFirst().map(HealthHandler::text);
        if (alarm.isPresent()) {
            return CompletableFuture.completedFuture(alarm);
        }
        if (read == Checks.Read.LINEARIZABLE && !checks.hasLeader()) {
            return CompletableFuture.completedFuture(Optional.of("RAFT NO LEADER"));
        }
        return checks.read(read, home).thenApply(error -> error.map(text -> "RANGE ERROR:" + text));
    }

    private static String text(AlarmType alarm) {
        return switch (alarm) {
            case NOSPACE -> "ALARM NOSPACE";
            case CORRUPT -> "ALARM CORRUPT";
            case NONE, UNRECOGNIZED -> "ALARM UNKNOWN";
        };
    }

    private static void answer(Optional<String> reason, Response response, Callback callback) {
        if (reason.isEmpty()) {
            Text.answer(response, Text.PLAIN, "{\"health\":\"true\",\"reason\":\"\"}", callback);
        } else {
            Text.plain(response, HttpStatus.SERVICE_UNAVAILABLE_503,
                    "{\"health\":\"false\",\"reason\":" + Text.json(reason.get()) + "}", callback);
        }
    }
}
