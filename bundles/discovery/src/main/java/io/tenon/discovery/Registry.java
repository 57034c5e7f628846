package io.tenon.discovery;

import io.tenon.spi.discovery.DiscoveryException;
import java.util.List;
import java.util.Optional;

/** The etcd in which members register. Calls block until it answers, however often it has to be asked. One thread. */
interface Registry {

    /** A key with what is stored under it. */
    record Row(String key, String value, long createRevision) {
    }

    /** What is stored under a key. */
    Optional<String> get(String key) throws DiscoveryException, InterruptedException;

    /** All rows whose keys begin so, in no certain order. */
    List<Row> list(String prefix) throws DiscoveryException, InterruptedException;

    /** Stores; a key that is there keeps its place among the others. */
    void put(String key, String value) throws DiscoveryException, InterruptedException;
}
