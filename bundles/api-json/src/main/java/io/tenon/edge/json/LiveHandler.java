package io.tenon.edge.json;

import java.util.Map;
import org.eclipse.jetty.server.Handler;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code /livez}: should this process be restarted? */
@Component(service = Handler.class, property = {"tenon.http.path=/livez", "tenon.http.path=/livez/*"})
public final class LiveHandler extends ProbeHandler {

    @Activate
    public LiveHandler(@Reference Checks checks) {
        super("/livez", Map.of("serializable_read", home -> checks.read(Checks.Read.SERIALIZABLE, home)
                .thenApply(error -> error.map(Checks::rangeError))));
    }
}
