package io.tickshred.planner.plan;

import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.StagingLayout;
import io.tickshred.planner.chunking.ChunkTasks;
import io.tickshred.planner.chunking.ChunkTasks.ChunkSize;
import io.tickshred.planner.chunking.ChunkTasks.TableObjects;
import io.tickshred.planner.naive.NaiveBatches;
import java.util.List;
import java.util.Optional;

/**
 * Counts the requests that a day will send to its stores. A read of more than {@link #PART_BYTES} counts as several.
 */
final class RequestForecast {
    private static final long PART_BYTES = 8L << 20;
    private static final long LISTED_AT_A_TIME = 1000;

    /** Footer and columns of a slice, and of a batch that is read back for its listings. */
    private static final long READS_OF_A_PIECE = 2;

    /** Where a batch stands is looked up before it is read. */
    private static final long READS_OF_A_BATCH = 3;

    private final StagingLayout layout;
    private final long batches;
    long puts;
    long gets;
    long stagedObjects;

    private RequestForecast(StagingLayout layout, long batches) {
        this.layout = layout;
        this.batches = batches;
    }

    /**
     * Counts what planning, shredding, merging and publishing a day send.
     *
     * @param estimating requests that the estimator has sent
     * @param tasks none in the naive mode
     * @param naive what the batches read of the sources, in the naive mode
     */
    static RequestForecast of(
            DatasetDefinition dataset,
            List<TableObjects> tables,
            long estimating,
            int batches,
            ChunkTasks tasks,
            Optional<NaiveBatches> naive) {
        RequestForecast forecast = new RequestForecast(dataset.layout(), batches);
        long sources =
                tables.stream().mapToLong(table -> table.objects().size()).sum();
        forecast.puts += sources / LISTED_AT_A_TIME + tables.size();
        forecast.gets += sources + estimating;
        tasks.measure(forecast::chunk);
        naive.ifPresent(read -> forecast.gets += READS_OF_A_PIECE * read.rowGroupReads() + read.unreadSlices());
        forecast.publish((long) batches * tables.size());
        return forecast;
    }

    private void chunk(ChunkSize chunk) {
        long files = layout == StagingLayout.PACKED ? 1 : batches;
        gets += chunk.objects() + Math.max(chunk.rowGroups(), chunk.bytes() / PART_BYTES);
        stagedObjects += files;
        puts += Math.max(files, chunk.bytes() / PART_BYTES);
        gets += READS_OF_A_PIECE * batches;
    }

    private void publish(long outputs) {
        puts += outputs + 1;
        gets += READS_OF_A_BATCH * outputs;
    }
}
