package io.tenon.edge.json;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** An endpoint that is read with GET and nothing else. */
abstract class GetHandler extends Handler.Abstract {

    @Override
    public final boolean handle(Request request, Response response, Callback callback) {
        if (HttpMethod.GET.is(request.getMethod())) {
            get(request, response, callback);
        } else {
            response.getHeaders().put(HttpHeader.ALLOW, "GET");
            Text.plain(response, HttpStatus.METHOD_NOT_ALLOWED_405, "Method Not Allowed", callback);
        }
        return true;
    }

    abstract void get(Request request, Response response, Callback callback);
}
