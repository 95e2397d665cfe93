package io.tickshred.testkit;

import io.tickshred.model.BatchingPolicy;
import io.tickshred.model.CalendarPolicy;
import io.tickshred.model.ChunkPolicy;
import io.tickshred.model.CleanupPolicy;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.DatasetDefinitionBuilder;
import io.tickshred.model.EstimatorPolicy;
import io.tickshred.model.ModePolicy;
import io.tickshred.model.StagingLayout;
import io.tickshred.model.TableDefinition;
import java.util.List;

/** A dataset for tests that care about a few of its settings only: all else as in one whose file says nothing of it. */
public final class PlainDataset {
    private PlainDataset() {}

    /** Without universe or metrics, counted exactly, batched evenly, shredded and kept. */
    public static DatasetDefinitionBuilder of(String name, TableDefinition... tables) {
        return DatasetDefinitionBuilder.from(DatasetDefinition.builder()
                .name(name)
                .input("memory:input")
                .output("memory:output")
                .staging("memory:staging")
                .chunks(new ChunkPolicy(1L << 30, 100))
                .layout(StagingLayout.PACKED)
                .batching(BatchingPolicy.BALANCED)
                .estimator(EstimatorPolicy.EXACT)
                .tables(List.of(tables))
                .metrics(List.of())
                .calendar(CalendarPolicy.DEFAULT)
                .cleanup(CleanupPolicy.KEEP)
                .mode(ModePolicy.SHRED)
                .fingerprint("0123456789abcdef")
                .build());
    }
}
