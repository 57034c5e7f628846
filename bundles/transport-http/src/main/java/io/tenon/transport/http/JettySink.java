package io.tenon.transport.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** A stream over an answer of Jetty. A write goes to the socket on the thread that writes; only a socket that is full makes it wait. */
final class JettySink implements StreamSink {
    /** A peer that takes nothing for so long is given up. */
    private static final long WRITE_LIMIT_MILLIS = 5_000;

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final AtomicBoolean closed = new AtomicBoolean();

    JettySink(Request request, Response response, Callback callback) {
        this.request = request;
        this.response = response;
        this.callback = callback;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        if (closed.get()) {
            throw new EofException("closed");
        }
        CompletableFuture<Void> written = new CompletableFuture<>();
        response.write(false, bytes, Callback.from(() -> written.complete(null), written::completeExceptionally));
        try {
            written.get(WRITE_LIMIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException slow) {
            throw new IOException("the peer took nothing for " + WRITE_LIMIT_MILLIS + " ms", slow);
        } catch (ExecutionException broken) {
            throw new IOException(String.valueOf(broken.getCause().getMessage()), broken.getCause());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stop);
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            request.getConnectionMetaData().getConnection().getEndPoint().close();
            callback.failed(new EofException("the stream is over"));
        }
    }
}
