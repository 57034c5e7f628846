package io.tenon.edge.json;

import io.tenon.api.CallContext;
import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.api.Slot;
import io.tenon.api.cluster.Cluster;
import io.tenon.api.config.Compat;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.maintenance.Maintenance;
import io.tenon.wire.etcdserverpb.StatusResponse;
import java.util.concurrent.Executor;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code /version}. */
@Component(service = Handler.class, property = "tenon.http.path=/version")
public final class VersionHandler extends GetHandler {
    private final Compat compat;
    private final Cluster cluster;
    private final Maintenance maintenance;

    @Activate
    public VersionHandler(@Reference NodeConfig config, @Reference(target = Slot.TARGET) Cluster cluster,
                          @Reference(target = Slot.TARGET) Maintenance maintenance) {
        this.compat = config.compat();
        this.cluster = cluster;
        this.maintenance = maintenance;
    }

    @Override
    void get(Request request, Response response, Callback callback) {
        if (compat.atLeast(Compat.V3_6)) {
            withStorageVersion(request.getComponents().getExecutor(), response, callback);
        } else {
            Text.answer(response, Text.JSON, "{" + versions() + "}", callback);
        }
    }

    private String versions() {
        return "\"etcdserver\":" + Text.json(compat.serverVersion()) + ",\"etcdcluster\":"
                + Text.json(cluster.clusterVersion().orElse("not_decided"));
    }

    private void withStorageVersion(Executor home, Response response, Callback callback) {
        maintenance.status(new CallContext(home, ""), new Reply<>() {
            @Override
            public void accept(StatusResponse status) {
                answer(status.getStorageVersion());
            }

            @Override
            public void refuse(Refusal refusal) {
                answer("");
            }

            private void answer(String storage) {
                String version = storage.isEmpty() ? "unknown" : storage;
                home.execute(() -> Text.answer(response, Text.JSON, "{" + versions() + ",\"storage\":" + Text.json(version) + "}", callback));
            }
        });
    }
}
