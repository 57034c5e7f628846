package io.tenon.chaos.load;

/**
 * How much is asked of a cluster.
 *
 * @param clients       that put, read, delete and swap
 * @param perSecond     operations of all of them together, at most
 * @param keys          they fight for
 * @param recorders     watchers of all keys
 * @param keyWatchers   watchers of one key each
 * @param leases        held at a time
 * @param seed          of what clients choose
 */
public record Settings(int clients, int perSecond, int keys, int recorders, int keyWatchers, int leases, long seed) {

    /** What a small machine bears beside the members. */
    public static Settings usual(long seed) {
        return new Settings(20, 400, 8, 3, 4, 4, seed);
    }

    /** Name of a key that clients fight for. */
    String key(int number) {
        return "chaos/key-" + number;
    }
}
