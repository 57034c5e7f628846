package io.tenon.storage.mvstore;

import io.tenon.spi.storage.StorageEngine;
import io.tenon.testkit.storage.StorageEngineStressContract;

class MvStoreStressTest extends StorageEngineStressContract {
    @Override
    protected StorageEngine engine() {
        return new MvStoreEngine();
    }
}
