package io.tickshred.planner.plan;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.duckdb.MetricException;
import io.tickshred.duckdb.MetricQuery;
import io.tickshred.duckdb.TableSql;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.MetricDefinition;
import io.tickshred.model.MetricFailure;
import io.tickshred.model.TableDefinition;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Binds a day's metrics to the columns that its tables came to, so that a wrong one is told of in the plan and not
 * after the day was shredded. It fails nothing: the day is published without that metric.
 */
final class MetricBinding {
    private final Map<String, MetricQuery.Shape> tables = new LinkedHashMap<>();

    void add(TableDefinition table, TableSql sql) {
        tables.put(table.name(), new MetricQuery.Shape(sql.output(), table.listing(), table.timestamp()));
    }

    /** One line for each metric that will fail, with file and line, or that could not be checked. */
    List<String> failures(DatasetDefinition dataset, LocalDate date, Path scratch) throws InterruptedException {
        List<String> failures = new ArrayList<>();
        for (MetricDefinition metric : dataset.metricsOf(List.copyOf(tables.keySet()))) {
            List<MetricQuery.Shape> shapes = metric.tables().stream()
                    .map(table -> tables.get(table.table()))
                    .toList();
            try (DuckDbSession session = DuckDbSession.open(scratch, MemoryBudget.LEAST)) {
                new MetricQuery(session, metric).bind(shapes, date);
            } catch (MetricException e) {
                failures.add(
                        "will fail: " + new MetricFailure(metric.name(), 0, metric.file(), e.line(), e.getMessage()));
            } catch (DuckDbException e) {
                failures.add("could not be checked: metric " + metric.name() + ": " + e.getMessage());
            }
        }
        return failures;
    }
}
