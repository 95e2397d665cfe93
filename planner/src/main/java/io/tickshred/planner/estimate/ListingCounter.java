package io.tickshred.planner.estimate;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.Sql;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    /** Rows of a listing, or of none, in the mirror of that place in the list. */
    record Group(int mirror, Optional<String> listing, long rows) {}

    /** Counts mirrors of the same schema, which lie in the sessions' directory. */
    List<Group> count(List<Path> mirrors) throws IOException, DuckDbException, InterruptedException {
        return sessions.with(session -> query(session, mirrors));
    }

    private List<Group> query(DuckDbSession session, List<Path> files) throws DuckDbException, InterruptedException {
        String column = Sql.identifier(listing);
        String paths = files.stream().map(Sql::path).collect(Collectors.joining(", "));
        String from = "read_parquet([" + paths + "], hive_partitioning = false, filename = '__file')";
        if (files.size() == 1) {
            return session.query(
                    "SELECT " + column + ", count(*) FROM " + from + " GROUP BY 1",
                    row -> new Group(0, row.isNull(0) ? Optional.empty() : Optional.of(row.text(0)), row.int64(1)));
        }
        Map<String, Integer> numbers = new HashMap<>();
        for (int i = 0; i < files.size(); i++) {
            numbers.put(files.get(i).toAbsolutePath().toString(), i);
        }
        return session.query(
                "SELECT " + column + ", count(*), __file FROM " + from + " GROUP BY 1, 3",
                row -> new Group(
                        number(numbers, row.text(2)),
                        row.isNull(0) ? Optional.empty() : Optional.of(row.text(0)),
                        row.int64(1)));
    }

    private static int number(Map<String, Integer> numbers, String file) {
        Integer number = numbers.get(file);
        if (number == null) {
            throw new IllegalStateException("DuckDB names a file that it was not given: " + file);
        }
        return number;
    }
}
