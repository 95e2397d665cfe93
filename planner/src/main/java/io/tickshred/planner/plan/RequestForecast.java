package io.tickshred.planner.plan;

import io.tickshred.model.EstimatorPolicy;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.StagingLayout;
import io.tickshred.planner.chunking.ChunkTasks.ChunkSize;
import java.util.List;

/**
 * Requests that a day will send to its stores, if nothing is tried twice: read as an order of magnitude. A read of more
 * than {@link #PART_BYTES} counts as several.
 *
 * @param puts requests that write or list
 * @param gets requests that read
 * @param stagedObjects objects that chunks stage and finalizers read
 * @param dollars by the given prices
 */
public record RequestForecast(long puts, long gets, long stagedObjects, double dollars) {
    private static final long PART_BYTES = 8L << 20;
    private static final long LISTED_AT_A_TIME = 1000;

    /** Footer and columns of a slice, and of a batch that is read back for its listings. */
    private static final long READS_OF_A_PIECE = 2;

    /** Where a batch stands is looked up before it is read. */
    private static final long READS_OF_A_BATCH = 3;

    /**
     * Forecasts.
     *
     * @param chunks none in the naive mode
     * @param rowGroupReads row groups that the batches read of the sources, in the naive mode
     */
    static RequestForecast of(
            PlanHeader header, StagingLayout layout, List<ChunkSize> chunks, long rowGroupReads, RequestPrices prices) {
        long puts = header.sources() / LISTED_AT_A_TIME + header.tables().size();
        long counted = header.figures()
                        .filter(figures -> figures.estimator() == EstimatorPolicy.Kind.EXACT
                                || figures.estimator() == EstimatorPolicy.Kind.SAMPLE)
                        .isPresent()
                ? header.sources()
                : 0;
        long gets = header.sources() + counted + READS_OF_A_PIECE * rowGroupReads;
        long staged = 0;
        for (ChunkSize chunk : chunks) {
            long files = layout == StagingLayout.PACKED ? 1 : header.batches();
            gets += chunk.objects() + Math.max(chunk.rowGroups(), chunk.bytes() / PART_BYTES);
            staged += files;
            puts += Math.max(files, chunk.bytes() / PART_BYTES);
            gets += READS_OF_A_PIECE * header.batches();
        }
        long outputs = (long) header.batches() * header.tables().size();
        puts += outputs + 1;
        gets += READS_OF_A_BATCH * outputs;
        return new RequestForecast(puts, gets, staged, prices.of(puts, gets));
    }
}
