package io.tickshred.message;

import io.tickshred.model.Day;
import io.tickshred.model.ListingType;
import io.tickshred.model.PlanId;
import io.tickshred.model.Unlisted;
import java.util.List;
import java.util.Optional;

/**
 * Work for one shred worker: read these objects of one table and stage a run. On the work queue {@code chunk-tasks}.
 *
 * @param fingerprint of the dataset definition that the plan was made with
 * @param chunk number of the chunk in the plan, from 0 over all tables
 * @param batches number of batches in the plan's batch map
 * @param mapParts number of parts of the batch map
 * @param unlisted what becomes of listings that are not in the batch map; {@code OUTSIDE} where it is empty
 */
public record ChunkTask(
        PlanId plan,
        Day day,
        String fingerprint,
        String table,
        int chunk,
        ListingType listingType,
        int batches,
        int mapParts,
        List<ChunkSource> sources,
        Optional<Unlisted> unlisted)
        implements Message {
    public ChunkTask {
        sources = List.copyOf(sources);
        if (sources.isEmpty()) {
            throw new IllegalArgumentException("chunk " + chunk + " must have at least one source");
        }
    }

    /**
     * One source object of a chunk, or a range of its row groups.
     *
     * @param ordinal place of the object in the day's key order for its table, from 0
     * @param key relative to the dataset's input
     * @param rows rows of the covered row groups by the footer
     * @param firstRowGroup first row group to read
     * @param rowGroups number of row groups to read
     */
    public record ChunkSource(
            int ordinal, String key, String etag, long sizeBytes, long rows, int firstRowGroup, int rowGroups) {}
}
