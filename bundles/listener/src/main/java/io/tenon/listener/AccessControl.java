package io.tenon.listener;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** What every request over HTTP/1.1 passes first, in etcd's order: the host it asked for, headers for browsers, OPTIONS. */
final class AccessControl extends Handler.Wrapper {
    private final HttpSettings settings;

    AccessControl(HttpSettings settings, Handler next) {
        super(next);
        this.settings = settings;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String host = Request.getServerName(request);
        if (!settings.allowsHost(host)) {
            Answers.error(response, HttpStatus.MISDIRECTED_REQUEST_421, unrecognized(host), callback);
            return true;
        }
        allowOrigin(request.getHeaders().get(HttpHeader.ORIGIN), response.getHeaders());
        if (HttpMethod.OPTIONS.is(request.getMethod())) {
            response.setStatus(HttpStatus.OK_200);
            callback.succeeded();
            return true;
        }
        return super.handle(request, response, callback);
    }

    private void allowOrigin(String origin, HttpFields.Mutable headers) {
        String allowed = settings.origins().contains(HttpSettings.ANY) ? HttpSettings.ANY : origin;
        if (allowed != null && settings.origins().contains(allowed)) {
            headers.add("Access-Control-Allow-Methods", "POST, GET, OPTIONS, PUT, DELETE");
            headers.add("Access-Control-Allow-Origin", allowed);
            headers.add("Access-Control-Allow-Headers", "accept, content-type, authorization");
        }
    }

    private static String unrecognized(String host) {
        return """

                etcd received your request, but the Host header was unrecognized.

                To fix this, choose one of the following options:
                - Enable TLS, then any HTTPS request will be allowed.
                - Add the hostname you want to use to the whitelist in settings.
                  - e.g. etcd --host-whitelist "%s"

                This requirement has been added to help prevent "DNS Rebinding" attacks (CVE-2018-5702).
                """.formatted(host);
    }
}
