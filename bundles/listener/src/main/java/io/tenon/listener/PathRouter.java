package io.tenon.listener;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;

/** Finds the handler of a path: the exact one, else that of the longest prefix; none is a 404. A handler is made for its first request. */
final class PathRouter extends Handler.Abstract {
    private static final String ANY_BELOW = "/*";

    /** A handler that is made, and started, once. */
    private final class Route {
        private final Supplier<Handler> source;
        private Handler handler;

        Route(Supplier<Handler> source) {
            this.source = source;
        }

        synchronized Handler handler() {
            if (handler == null) {
                Handler made = source.get();
                made.setServer(getServer());
                LifeCycle.start(made);
                handler = made;
            }
            return handler;
        }

        synchronized void stop() {
            if (handler != null) {
                LifeCycle.stop(handler);
            }
        }
    }

    private volatile Map<String, Route> routes = Map.of();

    synchronized void put(String path, Supplier<Handler> source) {
        var changed = new HashMap<>(routes);
        var before = Optional.ofNullable(changed.put(path, new Route(source)));
        routes = changed;
        before.ifPresent(Route::stop);
    }

    synchronized void remove(String path) {
        var changed = new HashMap<>(routes);
        var before = Optional.ofNullable(changed.remove(path));
        routes = changed;
        before.ifPresent(Route::stop);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Optional<Route> route = find(Request.getPathInContext(request));
        if (route.isPresent() && route.get().handler().handle(request, response, callback)) {
            return true;
        }
        Answers.error(response, HttpStatus.NOT_FOUND_404, "404 page not found", callback);
        return true;
    }

    private Optional<Route> find(String path) {
        Map<String, Route> now = routes;
        Route route = now.get(path);
        for (int slash = path.length(); route == null && slash >= 0; slash = path.lastIndexOf('/', slash - 1)) {
            route = now.get(path.substring(0, slash) + ANY_BELOW);
        }
        return Optional.ofNullable(route);
    }

    @Override
    protected void doStop() throws Exception {
        routes.values().forEach(Route::stop);
        routes = Map.of();
        super.doStop();
    }
}
