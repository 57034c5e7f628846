package io.tenon.spi.storage;

/** @param allocatedBytes on disk @param inUseBytes of them in use */
public record EngineSize(long allocatedBytes, long inUseBytes) {
}
