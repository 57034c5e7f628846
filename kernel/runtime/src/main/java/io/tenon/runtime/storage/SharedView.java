package io.tenon.runtime.storage;

import io.tenon.spi.storage.EngineView;
import java.util.concurrent.atomic.AtomicInteger;

/** An engine's view that many readers share; it is closed when the last of them, and the kernel, let go of it. */
final class SharedView {
    private final EngineView view;
    /** Holders; 0 means closed, and a closed view never comes back. */
    private final AtomicInteger holders = new AtomicInteger(1);

    SharedView(EngineView view) {
        this.view = view;
    }

    EngineView view() {
        return view;
    }

    boolean acquire() {
        int now = holders.get();
        while (now > 0) {
            if (holders.compareAndSet(now, now + 1)) {
                return true;
            }
            now = holders.get();
        }
        return false;
    }

    void release() {
        int left = holders.decrementAndGet();
        if (left < 0) {
            throw new IllegalStateException("view released " + -left + " times too often");
        }
        if (left == 0) {
            view.close();
        }
    }
}
