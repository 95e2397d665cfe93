package io.tickshred.planner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.model.ChunkPolicy;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.StagingLayout;
import io.tickshred.planner.chunking.ChunkTasks.TableObjects;
import io.tickshred.planner.chunking.FittedChunks;
import io.tickshred.planner.chunking.SourceObject;
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

    private static RequestForecast forecast(StagingLayout layout) {
        ChunkPolicy policy = new ChunkPolicy(4_000_000, 1000);
        DatasetDefinition dataset = new DatasetDefinition(
                "equity",
                "memory:input",
                "memory:output",
                "memory:staging",
                Optional.empty(),
                policy,
                layout,
                List.of(DayFixture.table("trades", 1000)),
                "0123456789abcdef");
        FittedChunks chunks = FittedChunks.of(TABLES, policy, 1L << 40, BATCHES);
        return RequestForecast.of(dataset, TABLES, BATCHES, chunks.tasks());
    }
}
