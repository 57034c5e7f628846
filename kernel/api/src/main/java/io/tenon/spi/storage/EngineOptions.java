package io.tenon.spi.storage;

/**
 * Settings every engine understands.
 *
 * @param cacheBytes bound of the engine's page cache in the heap
 * @param sync       false only for {@code --unsafe-no-fsync}
 */
public record EngineOptions(long cacheBytes, boolean sync) {
}
