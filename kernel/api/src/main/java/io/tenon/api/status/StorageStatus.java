package io.tenon.api.status;

/**
 * The storage engine.
 *
 * @param engine         its id
 * @param state          whether its bundle is there; without it rows wait in memory
 * @param allocatedBytes what it takes on disk
 * @param inUseBytes     what of that holds rows
 */
public record StorageStatus(String engine, State state, long allocatedBytes, long inUseBytes) {

    public enum State { ATTACHED, DETACHED }
}
