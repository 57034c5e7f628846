package io.tenon.discovery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A registry in memory. */
final class HandRegistry implements Registry {
    static final String ROOT = "/_etcd/registry/t/";
    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final List<String> puts = new ArrayList<>();
    private Consumer<String> beforePut = _ -> { };
    private long revision = 1;

    HandRegistry with(String key, String value) {
        long now = ++revision;
        rows.merge(ROOT + key, new Row(ROOT + key, value, now), (old, renewed) -> new Row(old.key(), renewed.value(), old.createRevision()));
        return this;
    }

    void beforePut(Consumer<String> action) {
        beforePut = action;
    }

    List<String> puts() {
        return puts;
    }

    @Override
    public Optional<String> get(String key) {
        return Optional.ofNullable(rows.get(key)).map(Row::value);
    }

    @Override
    public List<Row> list(String prefix) {
        List<Row> found = new ArrayList<>(rows.values().stream().filter(row -> row.key().startsWith(prefix)).toList());
        // As a range answers: by key.
        found.sort((one, other) -> one.key().compareTo(other.key()));
        return found;
    }

    @Override
    public void put(String key, String value) {
        beforePut.accept(key);
        puts.add(key);
        with(key.substring(ROOT.length()), value);
    }
}
