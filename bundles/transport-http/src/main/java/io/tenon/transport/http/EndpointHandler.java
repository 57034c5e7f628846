package io.tenon.transport.http;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerEndpoint;
import io.tenon.spi.transport.PeerRequest;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Gives requests beside Raft to the endpoints of other bundles. */
final class EndpointHandler extends Handler.Abstract {
    private static final int TOO_LARGE = 413;
    private static final int UNAVAILABLE = 503;
    private static final int BAD_REQUEST = 400;

    private final Endpoints endpoints;

    EndpointHandler(Endpoints endpoints) {
        this.endpoints = endpoints;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        switch (endpoints.find(Request.getPathInContext(request))) {
            case Endpoints.Found.Here(PeerEndpoint endpoint) -> ask(endpoint, request, response, callback);
            // To a peer a 404 is an answer: that lease, or that member, is gone.
            case Endpoints.Found.Away() -> Answers.write(PeerAnswer.text(UNAVAILABLE, "not served at the moment"), response, callback);
            case Endpoints.Found.Nowhere() -> Answers.write(Answers.NOT_FOUND, response, callback);
        }
        return true;
    }

    private static void ask(PeerEndpoint endpoint, Request request, Response response, Callback callback) {
        Bodies.read(request, endpoint.mostBodyBytes(), new Bodies.Receiver() {
            @Override
            public void whole(ByteString body) {
                endpoint.handle(peerRequest(request, body), reply(response, callback));
            }

            @Override
            public void tooLong() {
                Answers.write(PeerAnswer.text(TOO_LARGE, "request body too large"), response, callback);
            }

            @Override
            public void broken(Throwable failure) {
                Answers.write(PeerAnswer.text(BAD_REQUEST, "error reading body"), response, callback);
            }
        });
    }

    private static PeerRequest peerRequest(Request request, ByteString body) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (HttpField field : request.getHeaders()) {
            headers.putIfAbsent(field.getName(), field.getValue() == null ? "" : field.getValue());
        }
        String query = request.getHttpURI().getQuery();
        return new PeerRequest(request.getMethod(), Request.getPathInContext(request), query == null ? "" : query, headers, body);
    }

    private static Reply<PeerAnswer> reply(Response response, Callback callback) {
        return new Reply<>() {
            @Override
            public void accept(PeerAnswer answer) {
                Answers.write(answer, response, callback);
            }

            @Override
            public void refuse(Refusal refusal) {
                Answers.write(PeerAnswer.text(UNAVAILABLE, refusal.text()), response, callback);
            }
        };
    }
}
