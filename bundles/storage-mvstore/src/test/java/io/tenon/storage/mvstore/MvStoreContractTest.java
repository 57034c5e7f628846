package io.tenon.storage.mvstore;

import io.tenon.spi.storage.StorageEngine;
import io.tenon.testkit.storage.StorageEngineContract;

class MvStoreContractTest extends StorageEngineContract {
    @Override
    protected StorageEngine engine() {
        return new MvStoreEngine();
    }
}
