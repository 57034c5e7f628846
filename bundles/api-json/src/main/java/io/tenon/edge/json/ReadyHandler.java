package io.tenon.edge.json;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.server.Handler;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code /readyz}: should clients be sent to this member? */
@Component(service = Handler.class, property = {"tenon.http.path=/readyz", "tenon.http.path=/readyz/*"})
public final class ReadyHandler extends ProbeHandler {

    @Activate
    public ReadyHandler(@Reference Checks checks) {
        super("/readyz", Map.of(
                "data_corruption", home -> checks.alarms(home).thenApply(Checks::corruption),
                "serializable_read", home -> checks.read(Checks.Read.SERIALIZABLE, home).thenApply(error -> error.map(Checks::rangeError)),
                "linearizable_read", home -> checks.read(Checks.Read.LINEARIZABLE, home).thenApply(error -> error.map(Checks::rangeError)),
                "non_learner", home -> CompletableFuture.completedFuture(
                        checks.isLearner() ? Optional.of("the local member is a learner") : Optional.empty())));
    }
}
