package io.tenon.transport.http;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** Collects the bodies of requests without keeping a thread. */
final class Bodies {

    private Bodies() {
    }

    /** What became of a body. */
    interface Receiver {
        void whole(ByteString body);

        /** More than was asked for. */
        void tooLong();

        void broken(Throwable failure);
    }

    /** Reads at most so many bytes. The receiver is called once, on a thread of Jetty. */
    static void read(Request request, int mostBytes, Receiver receiver) {
        if (request.getLength() > mostBytes) {
            receiver.tooLong();
        } else {
            new Reading(request, mostBytes, receiver).run();
        }
    }

    private static final class Reading implements Runnable {
        private final Request request;
        private final int mostBytes;
        private final Receiver receiver;
        private final ByteString.Output body = ByteString.newOutput();

        Reading(Request request, int mostBytes, Receiver receiver) {
            this.request = request;
            this.mostBytes = mostBytes;
            this.receiver = receiver;
        }

        @Override
        public void run() {
            Consumer<Receiver> end = null;
            while (end == null) {
                Content.Chunk chunk = request.read();
                if (chunk == null) {
                    request.demand(this);
                    return;
                }
                end = take(chunk);
            }
            end.accept(receiver);
        }

        /** What to tell at the end of the body; null while there is more. */
        private Consumer<Receiver> take(Content.Chunk chunk) {
            if (Content.Chunk.isFailure(chunk)) {
                return to -> to.broken(chunk.getFailure());
            }
            ByteBuffer bytes = chunk.getByteBuffer();
            int size = bytes.remaining();
            boolean fits = body.size() + (long) size <= mostBytes;
            if (fits) {
                byte[] copy = new byte[size];
                bytes.get(copy);
                body.write(copy, 0, size);
            }
            boolean last = chunk.isLast();
            chunk.release();
            if (!fits) {
                return Receiver::tooLong;
            }
            return last ? to -> to.whole(body.toByteString()) : null;
        }
    }
}
