package io.tickshred.finalizer.sweep;

import io.tickshred.model.ObjectKeys;
import io.tickshred.store.UnfinishedUpload;
import java.time.Instant;
import java.util.Optional;

/**
 * An aggregate's object that lies in the output store.
 *
 * @param upload the upload, where it is one that was never ended rather than an object
 * @param sizeBytes 0 for an upload, whose size a store does not tell
 * @param written when it was written, or the upload begun, by the store's clock
 */
record FoundAggregate(
        String key,
        ObjectKeys.AggregatePlace place,
        Optional<UnfinishedUpload> upload,
        long sizeBytes,
        Instant written) {}
