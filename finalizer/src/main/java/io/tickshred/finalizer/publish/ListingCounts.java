package io.tickshred.finalizer.publish;

import io.tickshred.fleet.TaskException;
import io.tickshred.model.BatchFile;
import io.tickshred.model.BatchMap;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.PlanHeader;
import java.util.List;

/** Publishes how many rows each listing of a day has. */
@FunctionalInterface
public interface ListingCounts {
    /**
     * Counts, proves and uploads.
     *
     * @param files accepted objects of each batch
     * @throws TaskException {@code POISON} when the counts are not those of the batches
     */
    PublishedListings publish(PlanHeader header, DatasetDefinition dataset, BatchMap map, List<List<BatchFile>> files)
            throws TaskException, InterruptedException;
}
