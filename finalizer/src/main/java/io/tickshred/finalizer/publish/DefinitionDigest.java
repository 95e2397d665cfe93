package io.tickshred.finalizer.publish;

import io.tickshred.fleet.Sha256;
import io.tickshred.model.MetricDefinition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * By which days whose metric was computed by other text are told apart: SHA-256 over the SQL and over what its tables
 * and columns are called in the dataset, one a line. Buckets and the like stand in the manifest themselves.
 */
final class DefinitionDigest {
    private DefinitionDigest() {}

    static String of(MetricDefinition metric) {
        Stream<String> tables = metric.tables().stream().map(table -> "table " + table.alias() + " = " + table.table());
        Stream<String> roles = metric.roles().stream()
                .map(role -> "role " + role.name() + " = " + String.join(" | ", role.candidates())
                        + (role.optional() ? " optional" : ""));
        String text = Stream.of(Stream.of(metric.sql()), tables, roles)
                .flatMap(lines -> lines)
                .collect(Collectors.joining("\n"));
        try {
            return Sha256.of(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException("reading memory failed", e);
        }
    }
}
