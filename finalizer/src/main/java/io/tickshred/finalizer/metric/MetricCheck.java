package io.tickshred.finalizer.metric;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.duckdb.MetricException;
import io.tickshred.duckdb.MetricQuery;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.MetricDefinition;
import io.tickshred.model.MetricFailure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Looks at the metrics of all datasets when a service starts: what cannot work is known before a day was read. */
public final class MetricCheck {
    private MetricCheck() {}

    /** Metrics that will fail whatever the data is. */
    public static List<MetricFailure> of(Collection<DatasetDefinition> datasets, Path scratch)
            throws DuckDbException, InterruptedException {
        List<MetricFailure> failures = new ArrayList<>();
        try (DuckDbSession session = DuckDbSession.open(scratch, MemoryBudget.LEAST)) {
            for (DatasetDefinition dataset : datasets) {
                for (MetricDefinition metric : dataset.metrics()) {
                    try {
                        new MetricQuery(session, metric).check();
                    } catch (MetricException e) {
                        failures.add(new MetricFailure(metric.name(), 0, metric.file(), e.line(), e.getMessage()));
                    }
                }
            }
        }
        return failures;
    }
}
