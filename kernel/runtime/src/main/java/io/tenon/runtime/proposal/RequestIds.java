package io.tenon.runtime.proposal;

import java.util.concurrent.atomic.AtomicLong;

/** Ids as etcd makes them: 16 bits of the member, 40 bits of the time in milliseconds, 8 bits that count (and carry into the time). */
public final class RequestIds {
    private static final long SUFFIX_MASK = (1L << 48) - 1;
    private final long prefix;
    private final AtomicLong suffix;

    public RequestIds(long memberId, long nowMillis) {
        prefix = memberId << 48;
        suffix = new AtomicLong(nowMillis << 8 & SUFFIX_MASK);
    }

    /** Never 0, and never the same twice while a member makes fewer than 256,000 a second on average. */
    public long next() {
        long id = prefix | suffix.incrementAndGet() & SUFFIX_MASK;
        return id == 0 ? next() : id;
    }
}
