package io.tickshred.model;

import java.util.List;
import java.util.Optional;

/**
 * A dataset: where its objects lie, its tables, and how a day of it is planned. Every service of a fleet must hold the
 * same definition; {@link #fingerprint} travels with each message so that a difference is found before a row is read.
 *
 * @param input URI of the source objects: {@code s3://bucket/prefix} or a directory
 * @param output URI of published days
 * @param staging URI of staged runs
 * @param fingerprint 16 hexadecimal digits of a SHA-256 over the definition's canonical text
 */
public record DatasetDefinition(
        String name,
        String input,
        String output,
        String staging,
        Optional<UniverseDefinition> universe,
        ChunkPolicy chunks,
        StagingLayout layout,
        List<TableDefinition> tables,
        String fingerprint) {
    public DatasetDefinition {
        Names.checked("dataset", name);
        tables = List.copyOf(tables);
        if (tables.isEmpty()) {
            throw new IllegalArgumentException("dataset " + name + " must have at least one table");
        }
        if (tables.stream().map(TableDefinition::name).distinct().count() != tables.size()) {
            throw new IllegalArgumentException("dataset " + name + " defines a table twice");
        }
    }

    public Optional<TableDefinition> table(String table) {
        return tables.stream().filter(t -> t.name().equals(table)).findFirst();
    }
}
