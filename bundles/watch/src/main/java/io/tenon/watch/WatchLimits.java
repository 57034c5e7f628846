package io.tenon.watch;

/** Every limit of the watch engine, by name. */
final class WatchLimits {
    /** Revisions the event log reaches back at most; a power of two. */
    static final int MOST_LOGGED_REVISIONS = 1 << 16;
    /** Bytes of keys and values the event log keeps alive at most, unless one revision alone is larger. */
    static final long MOST_LOGGED_BYTES = 16L << 20;
    /** Watchers of one shard; a create beyond it is refused with {@link #TOO_MANY_WATCHERS}. */
    static final int MOST_WATCHERS = 1 << 20;
    static final String TOO_MANY_WATCHERS = "etcdserver: too many watchers";
    /** Requests of edges that may wait for the loop; a stream whose request finds no room is ended. A power of two. */
    static final int MOST_WAITING_REQUESTS = 1 << 16;
    /** Answers (created, canceled, refused) owed to one client that does not read; its stream is ended beyond it. */
    static final int MOST_OWED_ANSWERS = 1 << 16;
    /** Progress requests of one stream that may wait for an answer; more are passed over, as etcd does with all it cannot answer. */
    static final int MOST_WAITING_PROGRESS = 128;

    /** Requests of edges worked on in one step. */
    static final int REQUESTS_PER_STEP = 512;
    /** Revisions and replies of one lane in one step; a revision that was begun is ended. */
    static final int WORK_PER_STEP = 4096;

    /** Watchers that share one pass over the past. */
    static final int MOST_PASS_WATCHERS = 512;
    /** Revisions read in one pass. */
    static final int MOST_PASS_REVISIONS = 1000;
    /** Bytes read in one pass: what one reply of a watcher that catches up can hold. */
    static final long MOST_PASS_BYTES = 1L << 20;
    /** Events collected, of all watchers together, in one pass that is read on the loop; a revision that was begun is ended. */
    static final int MOST_PASS_EVENTS = 1 << 14;
    /** Passes that read history at once; a worker more than this is never taken from the ranges. */
    static final int MOST_PASSES_ON_WORKERS = 2;
    /** Answers of workers that can be on their way: passes, a look for previous values for each lane, the first position. */
    static final int MOST_BACKGROUND_ANSWERS = 16;
    /** How long to wait when the workers are full or history is away. */
    static final long RETRY_NANOS = 20_000_000;

    /** Revisions for which previous values are looked up at once. */
    static final int MOST_LOOKED_AHEAD = 256;
    /** Newest values kept so that the next change of a key finds its previous value in memory. */
    static final int MOST_CACHED_VALUES = 8192;
    static final long MOST_CACHED_BYTES = 4L << 20;

    /** Up to this size an event is one flat array; above it the stored bytes are referred to, not copied. */
    static final int MOST_COPIED_EVENT_BYTES = 4096;

    private WatchLimits() {
    }
}
