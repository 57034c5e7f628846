package io.tenon.transport.http;

import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Which of a peer's URLs is used now: one until it fails, then the next. Any thread. */
final class UrlPicker {
    private final AtomicReference<Choice> choice;

    private record Choice(List<URI> urls, int index) {
        URI url() {
            return urls.get(index);
        }
    }

    /** @param urls at least one */
    UrlPicker(List<URI> urls) {
        choice = new AtomicReference<>(new Choice(List.copyOf(urls), 0));
    }

    URI pick() {
        return choice.get().url();
    }

    List<URI> all() {
        return choice.get().urls();
    }

    /** Begins with the first of other ones; the same ones change nothing. True when they are others. */
    boolean update(List<URI> urls) {
        Choice before = choice.get();
        return !before.urls().equals(urls) && choice.compareAndSet(before, new Choice(List.copyOf(urls), 0));
    }

    /** Goes on to the next if this one is still in use. */
    void failed(URI url) {
        Choice now = choice.get();
        if (now.url().equals(url)) {
            choice.compareAndSet(now, new Choice(now.urls(), (now.index() + 1) % now.urls().size()));
        }
    }
}
