package io.tickshred.planner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.message.BatchTask.Duty;
import io.tickshred.message.BatchTask.SourceSlice;
import io.tickshred.message.BatchTask.TableSlices;
import io.tickshred.message.ChunkTask.ChunkSource;
import io.tickshred.model.ChunkPolicy;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.SourcesHash;
import io.tickshred.model.StagingLayout;
import io.tickshred.planner.chunking.ChunkLimits;
import io.tickshred.planner.chunking.ChunkTasks;
import io.tickshred.planner.chunking.ChunkTasks.TableObjects;
import io.tickshred.planner.chunking.FittedChunks;
import io.tickshred.planner.chunking.SourceObject;
import io.tickshred.planner.naive.NaiveBatches;
import io.tickshred.testkit.PlainDataset;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RequestForecastTest {
    /** 20 objects of one row group of 1 MB, four in a chunk. */
    private static final List<TableObjects> TABLES = List.of(new TableObjects(
            "trades",
            IntStream.range(0, 20)
                    .mapToObj(i -> new SourceObject(
                            i, "k" + i, "e", 2_000_000, new long[] {1000}, new long[] {1_000_000}, 100))
                    .toList()));

    private static final int BATCHES = 7;
    private static final ChunkPolicy POLICY = new ChunkPolicy(4_000_000, 1000);

    @Test
    void packedStagingCostsAnObjectAChunkAndTwoReadsASlice() {
        RequestForecast forecast = forecast(StagingLayout.PACKED);

        assertThat(forecast.stagedObjects).isEqualTo(5);
        // One listing, five runs, seven batches, the manifest.
        assertThat(forecast.puts).isEqualTo(1 + 5 + 7 + 1);
        // Footers and listing columns to plan; footers and columns to shred; slices; batches read back.
        assertThat(forecast.gets).isEqualTo(2 * 20 + 2 * 20 + 2 * 5 * 7 + 3 * 7);
    }

    @Test
    void partitionedStagingCostsAnObjectASlice() {
        RequestForecast forecast = forecast(StagingLayout.PARTITIONED);

        assertThat(forecast.stagedObjects).isEqualTo(5 * 7);
        assertThat(forecast.puts).isEqualTo(1 + 5 * 7 + 7 + 1);
    }

    @Test
    void theDesignsExampleOfPartitionedStagingCostsTwoHundredAndFiftyDollars() {
        assertThat(RequestPrices.S3_STANDARD.of(100_000L * 500, 0)).isEqualTo(250);
    }

    @Test
    void theNaiveModeStagesNothingAndReadsARowGroupForEachBatchThatNeedsIt() {
        ChunkSource wide = new ChunkSource(0, "k0", "e", 2_000_000, 5000, 0, 5);
        List<TableSlices> reading = List.of(new TableSlices("trades", List.of(new SourceSlice(wide, Duty.OWN))));
        List<TableSlices> answering = List.of(new TableSlices("trades", List.of(new SourceSlice(wide, Duty.OUTSIDE))));
        NaiveBatches naive = new NaiveBatches(List.of(reading, reading, answering), SourcesHash.ZERO);

        RequestForecast forecast = RequestForecast.of(
                dataset(StagingLayout.PACKED),
                TABLES,
                20,
                3,
                new ChunkTasks(List.of(), ChunkLimits.of(POLICY, 1L << 40)),
                Optional.of(naive));

        assertThat(forecast.stagedObjects).isZero();
        // One listing, three batches, the manifest.
        assertThat(forecast.puts).isEqualTo(1 + 3 + 1);
        // Footers and listing columns to plan; five row groups for each of two batches; the footer of
        // what the third answers for; batches read back.
        assertThat(forecast.gets).isEqualTo(2 * 20 + 2 * (2 * 5) + 1 + 3 * 3);
    }

    private static RequestForecast forecast(StagingLayout layout) {
        FittedChunks chunks = FittedChunks.of(TABLES, POLICY, 1L << 40, BATCHES);
        return RequestForecast.of(dataset(layout), TABLES, 20, BATCHES, chunks.tasks(), Optional.empty());
    }

    private static DatasetDefinition dataset(StagingLayout layout) {
        return PlainDataset.of("equity", DayFixture.table("trades", 1000))
                .chunks(POLICY)
                .layout(layout)
                .build();
    }
}
