package io.tenon.transport.http;

import io.tenon.spi.transport.PeerAddress;
import io.tenon.spi.transport.PeerBook;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A book that a test writes. */
final class FixedBook implements PeerBook {
    private final List<Runnable> readers = new CopyOnWriteArrayList<>();
    private volatile Page page = Page.EMPTY;

    @Override
    public Page page() {
        return page;
    }

    @Override
    public Registration onChange(Runnable changed) {
        readers.add(changed);
        return () -> readers.remove(changed);
    }

    void write(List<PeerAddress> members, Long... removed) {
        page = new Page(members, Set.of(removed));
        readers.forEach(Runnable::run);
    }
}
