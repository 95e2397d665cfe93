package io.tickshred.testkit;

import io.tickshred.store.ObjectStore;
import java.time.Instant;

class MemoryObjectStoreTest extends ObjectStoreContract {
    @Override
    protected ObjectStore emptyStore() {
        return new MemoryObjectStore();
    }

    @Override
    protected ObjectStore missingRoot() {
        return MemoryObjectStore.missing();
    }

    @Override
    protected void beginUpload(ObjectStore store, String key) {
        ((MemoryObjectStore) store).beginUpload(key, Instant.now());
    }
}
