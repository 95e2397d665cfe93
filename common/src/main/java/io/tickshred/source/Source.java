package io.tickshred.source;

import io.tickshred.message.ChunkTask.ChunkSource;
import io.tickshred.model.ColumnType;
import io.tickshred.model.SourceColumn;
import io.tickshred.parquet.Footer;
import io.tickshred.parquet.SparseMirror;
import io.tickshred.schema.ColumnTypes;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;

/**
 * Consecutive row groups of a source object as they are read.
 *
 * @param task what the task says of them
 * @param uri full URI, for people
 * @param kept row groups that are read, of those that the task covers
 * @param mirror where its mirror lies, or will
 */
public record Source(ChunkSource task, String uri, Footer footer, SortedSet<Integer> kept, Path mirror) {
    /** Types of those of the columns that the object has, by name, in the order asked for. */
    public Map<String, ColumnType> types(Collection<SourceColumn> columns) {
        Map<String, ColumnType> types = new LinkedHashMap<>();
        for (SourceColumn column : columns) {
            footer.column(column.name())
                    .ifPresent(found ->
                            types.put(column.name(), ColumnTypes.of(found).type()));
        }
        return types;
    }

    /** Names of those of the columns that the object has. */
    public Set<String> names(Collection<SourceColumn> columns) {
        return types(columns).keySet();
    }

    /** Rows in the row groups that are read; the others of the task hold none that is wanted. */
    public long keptRows() {
        return kept.stream().mapToLong(i -> footer.rowGroups().get(i).rows()).sum();
    }

    /** Row number in the object at which the task's part begins. */
    public long firstRow() {
        return task.rowGroups() == 0
                ? 0
                : footer.rowGroups().get(task.firstRowGroup()).firstRow();
    }

    public long fetchedBytes(Set<String> columns) {
        return SparseMirror.fetchedBytes(footer, kept, columns);
    }

    public long uncompressedBytes(Set<String> columns) {
        return kept.stream()
                .mapToLong(i -> footer.rowGroups().get(i).uncompressedBytes(columns))
                .sum();
    }
}
