package io.tenon.edge.grpc;

/**
 * Work for an event loop that is its own link in the loop's queue, so that handing it over allocates nothing. It may be handed over
 * again only once it has run.
 */
interface Completion {

    /** Runs on the event loop. */
    void run();

    /** The link, kept for {@link Home} alone. */
    Completion link();

    void link(Completion other);

    /** A completion that is nothing else. */
    abstract class Linked implements Completion {
        private Completion link;

        @Override
        public final Completion link() {
            return link;
        }

        @Override
        public final void link(Completion other) {
            link = other;
        }
    }
}
