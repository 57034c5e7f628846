package io.tenon.chaos.proxy;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The state of every way from one member to another. What travels over a way that is cut waits, as if its packets were lost and sent again
 * until they arrive. Any thread.
 */
public final class Links {
    private static final long LOOK_MILLIS = 20;

    private final Map<Way, Link> links = new ConcurrentHashMap<>();
    /** Members by the id their requests carry. */
    private final Map<String, String> names = new ConcurrentHashMap<>();

    /** From one member to another, by names. */
    public record Way(String from, String to) {
    }

    /** How a way is when it is not as the network made it. */
    sealed interface Link {
    }

    /** Nothing arrives. */
    private record Cut() implements Link {
    }

    /** What is sent at once arrives up to this much later. */
    private record Slow(int delayMillis) implements Link {
    }

    /** Whose requests carry this id. Until it is told, they pass. */
    public void know(long memberId, String name) {
        names.put(Long.toHexString(memberId), name);
    }

    Optional<String> name(String hexId) {
        return Optional.ofNullable(names.get(hexId));
    }

    /** Nothing gets from one to the other; the way back is not touched. */
    public void cut(String from, String to) {
        links.put(new Way(from, to), new Cut());
    }

    public void slow(String from, String to, int delayMillis) {
        links.put(new Way(from, to), new Slow(delayMillis));
    }

    /** All ways are as the network made them. */
    public void heal() {
        links.clear();
    }

    public boolean isCut(String from, String to) {
        return links.get(new Way(from, to)) instanceof Cut;
    }

    /** Waits as long as something that was sent must wait on this way, or until nobody wants it any more. */
    void pass(Optional<String> from, Optional<String> to, Wanted wanted) throws InterruptedException {
        if (from.isEmpty() || to.isEmpty()) {
            return;
        }
        Way way = new Way(from.get(), to.get());
        if (links.get(way) instanceof Slow slow) {
            TimeUnit.MILLISECONDS.sleep(slow.delayMillis / 2 + ThreadLocalRandom.current().nextInt(slow.delayMillis / 2 + 1));
        }
        while (links.get(way) instanceof Cut && wanted.still()) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    /** Whether what waits has still somewhere to go. */
    @FunctionalInterface
    interface Wanted {
        boolean still();
    }
}
