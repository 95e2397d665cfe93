package io.tickshred.source;

import io.tickshred.duckdb.TableReferences;
import io.tickshred.fleet.Fetches;
import io.tickshred.fleet.TaskException;
import io.tickshred.fleet.TaskFailures;
import io.tickshred.message.ChunkTask.ChunkSource;
import io.tickshred.model.SourceColumn;
import io.tickshred.model.TableColumns;
import io.tickshred.parquet.Footer;
import io.tickshred.parquet.FooterReader;
import io.tickshred.parquet.ParquetFormatException;
import io.tickshred.parquet.SparseMirror;
import io.tickshred.schema.ColumnTypes;
import io.tickshred.schema.ObjectShapes;
import io.tickshred.schema.Reconciliation;
import io.tickshred.schema.SchemaException;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import io.tickshred.store.StoredObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Opens the sources of a task: reads their footers, checks them against the task and the plan, and mirrors them. */
public final class SourceReader {
    private final ObjectStore input;
    private final Fetches fetches;

    SourceReader(ObjectStore input, Fetches fetches) {
        this.input = input;
        this.fetches = fetches;
    }

    /**
     * Reads the footers of all sources, each at the version that the task names.
     *
     * @param table its definition
     * @param rowGroups which of them to read
     * @param mirrors directory for the mirrors, which are not written yet
     * @throws TaskException {@code POISON} if an object is gone, changed, damaged or not what was planned
     */
    List<Source> open(List<ChunkSource> sources, TableReferences table, RowGroups rowGroups, Path mirrors)
            throws TaskException, InterruptedException {
        Map<String, ChunkSource> objects = new LinkedHashMap<>();
        sources.forEach(source -> objects.putIfAbsent(source.key(), source));
        List<ChunkSource> each = List.copyOf(objects.values());
        List<Footer> footers = fetches.all(each, source -> footer(source, table));
        Map<String, Footer> byKey = new HashMap<>();
        footers.forEach(footer -> byKey.put(footer.object().key(), footer));
        List<Source> opened = new ArrayList<>();
        for (ChunkSource source : sources) {
            opened.add(open(source, Objects.requireNonNull(byKey.get(source.key())), table, rowGroups, mirrors));
        }
        return opened;
    }

    private Footer footer(ChunkSource source, TableReferences table) throws TaskException {
        try {
            return FooterReader.read(
                    input, new StoredObject(source.key(), source.sizeBytes(), source.etag(), Instant.EPOCH));
        } catch (IOException e) {
            throw TaskFailures.of(
                    "cannot read a source of table " + table.table().name(), Optional.of(input.uri(source.key())), e);
        }
    }

    private Source open(ChunkSource source, Footer footer, TableReferences table, RowGroups rowGroups, Path mirrors)
            throws TaskException {
        String uri = input.uri(source.key());
        int end = source.firstRowGroup() + source.rowGroups();
        if (source.firstRowGroup() < 0
                || source.rowGroups() < 0
                || end > footer.rowGroups().size()) {
            throw poison(
                    uri,
                    uri + " has " + footer.rowGroups().size() + " row groups, the task is for row groups "
                            + source.firstRowGroup() + " to " + (end - 1) + ": it was replaced; run the day again");
        }
        long rows = footer.rowGroups().subList(source.firstRowGroup(), end).stream()
                .mapToLong(Footer.RowGroup::rows)
                .sum();
        if (rows != source.rows()) {
            throw poison(
                    uri,
                    uri + " has " + rows + " rows by its footer, the plan counted " + source.rows()
                            + ": it was replaced; run the day again");
        }
        return new Source(
                source,
                uri,
                footer,
                rowGroups.of(source, footer, table.listing()),
                mirrors.resolve(source.ordinal() + "-" + source.firstRowGroup() + ".parquet"));
    }

    /**
     * What the columns of the day are: as the plan says, which all sources must go with; or, where a plan of an older
     * version does not say, as the sources themselves have them.
     *
     * @throws TaskException {@code POISON} naming the source that does not go with the others or with the plan
     */
    TableColumns day(List<Source> sources, TableReferences table, Optional<TableColumns> planned) throws TaskException {
        if (planned.isEmpty()) {
            ObjectShapes shapes = new ObjectShapes(table.wanted());
            sources.forEach(source -> shapes.add(source.footer()));
            try {
                return Reconciliation.of(table.wanted(), shapes.all());
            } catch (SchemaException e) {
                throw poison(input.uri(e.object()), e.getMessage());
            }
        }
        for (Source source : sources) {
            Optional<SourceColumn> stranger = Reconciliation.stranger(
                    planned.get(),
                    source.footer().columns().stream().map(ColumnTypes::of).toList());
            if (stranger.isPresent()) {
                throw poison(
                        source.uri(),
                        "column " + stranger.get().name() + " is "
                                + stranger.get().type() + " in " + source.uri()
                                + ", which is not what was planned: it was replaced; run the day again");
            }
        }
        return planned.get();
    }

    /**
     * Writes the mirrors of all sources that have a row group to read.
     *
     * @return those sources, in order
     */
    List<Source> mirror(List<Source> sources, List<SourceColumn> columns) throws TaskException, InterruptedException {
        List<Source> mirrored = new ArrayList<>(sources);
        mirrored.removeIf(source -> source.kept().isEmpty());
        fetches.all(mirrored, source -> {
            try {
                SparseMirror.write(input, source.footer(), source.kept(), source.names(columns), source.mirror());
                return source;
            } catch (ObjectStoreException | ParquetFormatException e) {
                throw TaskFailures.of("cannot fetch a source", Optional.of(source.uri()), e);
            } catch (IOException e) {
                throw TaskFailures.of("cannot mirror " + source.uri() + " into scratch", Optional.empty(), e);
            }
        });
        return mirrored;
    }

    /** Where a source lies, for people. */
    String uri(ChunkSource source) {
        return input.uri(source.key());
    }

    private static TaskException poison(String uri, String message) {
        return new TaskException(TaskException.Kind.POISON, message, Optional.of(uri));
    }
}
