package io.tenon.bolt;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Builds a tree from its rows in order: a full page is given to the sink at once and its first key to the level above, so that two pages a
 * level are in memory. Pages have at least two elements, unless the whole tree has only one.
 */
final class TreeBuilder {
    /** As full as etcd makes the pages of keys that only ever grow. */
    private static final int FULL_BYTES = BoltWriter.PAGE_BYTES * 9 / 10;
    private static final int FEWEST_ELEMENTS = 2;

    private final PageSink sink;
    private final List<Level> levels = new ArrayList<>();
    private byte[] lastKey = {};

    /** A page being filled, and the first element behind it, which joins it if nothing else comes. */
    private static final class Level {
        private Draft open;
        private Optional<Draft> behind = Optional.empty();

        Level(Draft open) {
            this.open = open;
        }
    }

    TreeBuilder(PageSink sink) {
        this.sink = sink;
        levels.add(new Level(Draft.leaf()));
    }

    void row(byte[] key, byte[] value) throws IOException {
        checkKey(key);
        add(0, Draft.leaf().row(key, value));
    }

    void bucket(byte[] name, byte[] value) throws IOException {
        checkKey(name);
        add(0, Draft.leaf().bucket(name, value));
    }

    private void checkKey(byte[] key) throws IOException {
        if (key.length == 0 || key.length > Format.MOST_KEY_BYTES) {
            throw new IOException("a key of " + key.length + " bytes cannot be in a bolt file");
        }
        if (lastKey.length > 0 && Arrays.compareUnsigned(lastKey, key) >= 0) {
            throw new IOException("rows are not in the order of their keys");
        }
        lastKey = key;
    }

    /** @param one a draft with one element */
    private void add(int number, Draft one) throws IOException {
        Level level = levels.get(number);
        if (level.behind.isPresent()) {
            Draft following = level.behind.get();
            following.addAll(one);
            close(number, level.open);
            level.open = following;
            level.behind = Optional.empty();
        } else if (level.open.count() >= FEWEST_ELEMENTS && level.open.sizeBytes() + one.sizeBytes() - Format.HEADER_BYTES > FULL_BYTES) {
            level.behind = Optional.of(one);
        } else {
            level.open.addAll(one);
        }
    }

    private void close(int number, Draft page) throws IOException {
        long id = sink.page(page);
        if (number + 1 == levels.size()) {
            levels.add(new Level(Draft.branch()));
        }
        add(number + 1, Draft.branch().child(page.firstKey(), id));
    }

    /** No more rows come: gives all pages to the sink but the root, and returns that. */
    Draft finish() throws IOException {
        for (int number = 0; ; number++) {
            Level level = levels.get(number);
            level.behind.ifPresent(level.open::addAll);
            if (number + 1 == levels.size()) {
                return level.open;
            }
            close(number, level.open);
        }
    }
}
