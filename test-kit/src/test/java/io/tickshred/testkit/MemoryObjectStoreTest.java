package io.tickshred.testkit;

import io.tickshred.store.ObjectStore;

class MemoryObjectStoreTest extends ObjectStoreContract {
    @Override
    protected ObjectStore emptyStore() {
        return new MemoryObjectStore();
    }

    @Override
    protected ObjectStore missingRoot() {
        return MemoryObjectStore.missing();
    }
}
