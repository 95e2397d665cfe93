package io.tickshred.planner.estimate;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.Sql;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Counts the rows of each listing in mirrors of one column, many small mirrors with one query. */
final class ListingCounter {
    private final SessionPool sessions;
    private final String listing;

    ListingCounter(SessionPool sessions, String listing) {
        this.sessions = sessions;
        this.listing = listing;
    }

    /** Rows of a listing, or of none. */
    record Group(Optional<String> listing, long rows) {}

    /** Counts mirrors of the same schema, which lie in the sessions' directory, all together. */
    List<Group> count(List<Path> mirrors) throws IOException, DuckDbException, InterruptedException {
        String paths = mirrors.stream().map(Sql::path).collect(Collectors.joining(", "));
        String sql = "SELECT " + Sql.identifier(listing) + ", count(*) FROM read_parquet([" + paths
                + "], hive_partitioning = false) GROUP BY 1";
        return sessions.with(session -> session.query(
                sql, row -> new Group(row.isNull(0) ? Optional.empty() : Optional.of(row.text(0)), row.int64(1))));
    }
}
