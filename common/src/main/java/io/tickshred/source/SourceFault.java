package io.tickshred.source;

import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.Sql;
import io.tickshred.duckdb.TableSql;
import io.tickshred.model.OutputColumn;
import io.tickshred.model.SourceColumn;
import io.tickshred.model.TableDefinition;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tells a source that cannot be read from an expression of the dataset that fails on its values, by reading the source
 * alone: as a whole, then without any expression, then with one after the other.
 */
record SourceFault(TableDefinition table, TableSql sql, SourceRelation relation, DuckDbEngines engines, Path scratch) {
    private static final String KEEP = Sql.identifier("__tickshred_keep");

    /** What is wrong with a source and what to do, in one line; empty if nothing is, or memory or disk gave out. */
    Optional<String> of(Source source) throws InterruptedException {
        String rows = " FROM (" + relation.sql(source) + ")";
        Optional<String> all = failure(source, all(rows));
        if (all.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> reading = failure(source, read(rows));
        if (reading.isEmpty()) {
            for (Map.Entry<String, String> expression : expressions().entrySet()) {
                Optional<String> reason =
                        failure(source, "SELECT sum(hash((\n" + expression.getValue() + "\n)))" + rows);
                if (reason.isPresent()) {
                    return Optional.of("table " + table.name() + ": " + expression.getKey() + " fails on values in "
                            + source.uri() + ": " + reason.get()
                            + "; correct the expression in the dataset, or use try_cast, which gives null for a value"
                            + " that cannot be cast");
                }
            }
        }
        return Optional.of("cannot read " + source.uri() + ": "
                + reading.or(() -> all).get() + "; replace the object or leave it out");
    }

    /** Whether it was memory or disk that gave out, and no source is to blame. */
    static boolean lack(DuckDbException e) {
        return e.kind() == DuckDbException.Kind.OUT_OF_MEMORY || e.kind() == DuckDbException.Kind.DISK;
    }

    /** In a session of its own: a damaged page may leave the one before it unusable. */
    private Optional<String> failure(Source source, String query) throws InterruptedException {
        try (DuckDbSession session = engines.open(scratch)) {
            session.execute(query);
            return Optional.empty();
        } catch (DuckDbException e) {
            return lack(e)
                    ? Optional.empty()
                    : Optional.of(e.getMessage().replace(source.mirror().toString(), source.uri()));
        }
    }

    /** All that is needed of the rows. */
    private String all(String rows) {
        return "SELECT count(*), sum(hash(" + Sql.identifiers(sql.outputColumns()) + ")), count(*) FILTER (WHERE "
                + KEEP + ") FROM (SELECT " + sql.selectList() + ", " + sql.where() + " AS " + KEEP + rows + ")";
    }

    /** The columns that are needed, as they are. */
    private String read(String rows) {
        return "SELECT count(*), sum(hash("
                + Sql.identifiers(sql.columns().stream().map(SourceColumn::name).toList())
                + "))" + rows;
    }

    /** By their place in the dataset's YAML. */
    private Map<String, String> expressions() {
        Map<String, String> expressions = new LinkedHashMap<>();
        table.select().stream()
                .filter(column -> !column.equals(OutputColumn.ALL))
                .forEach(column -> expressions.put("select." + column.name(), column.expression()));
        table.where().ifPresent(where -> expressions.put("where", where));
        return expressions;
    }
}
