package io.tenon.storage.memory;

import io.tenon.spi.storage.StorageEngine;
import io.tenon.testkit.storage.StorageEngineContract;

class MemoryContractTest extends StorageEngineContract {
    @Override
    protected StorageEngine engine() {
        return new MemoryEngine();
    }
}
