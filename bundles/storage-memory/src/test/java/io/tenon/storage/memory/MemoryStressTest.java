package io.tenon.storage.memory;

import io.tenon.spi.storage.StorageEngine;
import io.tenon.testkit.storage.StorageEngineStressContract;

class MemoryStressTest extends StorageEngineStressContract {
    @Override
    protected StorageEngine engine() {
        return new MemoryEngine();
    }
}
