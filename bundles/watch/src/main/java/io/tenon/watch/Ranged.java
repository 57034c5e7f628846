package io.tenon.watch;

/** Something that is found by key: an entry of a {@link KeyIndex}, of at most one at a time. */
abstract class Ranged {
    private final KeyRange range;
    /** Where it stands in its {@link Bag}, so that removal needs no search; -1 when in none. Owned by the index. */
    int place = -1;

    Ranged(KeyRange range) {
        this.range = range;
    }

    final KeyRange range() {
        return range;
    }
}
