package io.tickshred.shred;

import io.tickshred.fleet.Fetches;
import io.tickshred.fleet.TaskException;
import io.tickshred.fleet.TaskFailures;
import io.tickshred.message.ChunkTask.ChunkSource;
import io.tickshred.model.TableDefinition;
import io.tickshred.parquet.Footer;
import io.tickshred.parquet.FooterReader;
import io.tickshred.parquet.ParquetFormatException;
import io.tickshred.parquet.SparseMirror;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import io.tickshred.store.StoredObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Opens the sources of a chunk: reads their footers, checks them against the task and each other, and mirrors them. */
final class ChunkSources {
    private final ObjectStore input;
    private final Fetches fetches;

    ChunkSources(ObjectStore input, Fetches fetches) {
        this.input = input;
        this.fetches = fetches;
    }

    /**
     * Reads the footers of all sources, each at the version that the task names.
     *
     * @param mirrors directory for the mirrors, which are not written yet
     * @throws TaskException {@code POISON} if an object is gone, changed, damaged or not what was planned
     */
    List<Source> open(List<ChunkSource> sources, TableDefinition table, Routing routing, Path mirrors)
            throws TaskException, InterruptedException {
        return fetches.all(sources, source -> open(source, table, routing, mirrors));
    }

    private Source open(ChunkSource source, TableDefinition table, Routing routing, Path mirrors) throws TaskException {
        String uri = input.uri(source.key());
        Footer footer;
        try {
            footer = FooterReader.read(
                    input, new StoredObject(source.key(), source.sizeBytes(), source.etag(), Instant.EPOCH));
        } catch (IOException e) {
            throw TaskFailures.of("cannot read a source of table " + table.name(), Optional.of(uri), e);
        }
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
                routing.pruning().keep(footer, table.listing(), source.firstRowGroup(), source.rowGroups()),
                mirrors.resolve(source.ordinal() + ".parquet"));
    }

    /**
     * Checks that all sources have the columns of the first, each with the same type, in whatever order.
     *
     * @param columns that are read
     * @param exactly whether a source may not have any other column, because all go into the output
     */
    static void requireAlike(List<Source> sources, Set<String> columns, boolean exactly) throws TaskException {
        Source first = sources.get(0);
        for (Source other : sources.subList(1, sources.size())) {
            for (String column : columns) {
                String expected = type(first, column);
                String found = type(other, column);
                if (!expected.equals(found)) {
                    throw poison(
                            other.uri(),
                            "column " + column + " is " + expected + " in " + first.uri() + " and " + found + " in "
                                    + other.uri() + ": make them the same, or leave one object out");
                }
            }
            Set<String> others = new LinkedHashSet<>();
            other.footer().columns().forEach(c -> others.add(c.name()));
            others.removeAll(columns);
            if (exactly && !others.isEmpty()) {
                throw poison(
                        other.uri(),
                        other.uri() + " has columns that " + first.uri() + " does not have: "
                                + String.join(", ", others) + "; name the columns that are wanted in select");
            }
        }
    }

    private static String type(Source source, String column) {
        return source.footer().column(column).map(Footer.Column::type).orElse("missing");
    }

    /**
     * Writes the mirrors of all sources that have a row group to read.
     *
     * @return those sources, in order
     */
    List<Source> mirror(List<Source> sources, Set<String> columns) throws TaskException, InterruptedException {
        List<Source> mirrored = new ArrayList<>(sources);
        mirrored.removeIf(source -> source.kept().isEmpty());
        fetches.all(mirrored, source -> {
            try {
                SparseMirror.write(input, source.footer(), source.kept(), columns, source.mirror());
                return source;
            } catch (ObjectStoreException | ParquetFormatException e) {
                throw TaskFailures.of("cannot fetch a source", Optional.of(source.uri()), e);
            } catch (IOException e) {
                throw TaskFailures.of("cannot mirror " + source.uri() + " into scratch", Optional.empty(), e);
            }
        });
        return mirrored;
    }

    private static TaskException poison(String uri, String message) {
        return new TaskException(TaskException.Kind.POISON, message, Optional.of(uri));
    }
}
