package io.tickshred.planner.estimate;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

    /** Rows of a listing, or of none, in the mirror of that place in the list. */
    record Group(int mirror, Optional<String> listing, long rows) {}

    /** Counts mirrors of the same schema. They stay where they are. */
    List<Group> count(List<Path> mirrors) throws IOException, DuckDbException, InterruptedException {
        return sessions.with(session -> {
            // A session sees its own directory alone.
            List<Path> own = new ArrayList<>();
            try {
                for (Path mirror : mirrors) {
                    Path moved = session.scratch().resolve(own.size() + ".parquet");
                    Files.move(mirror, moved);
                    own.add(moved);
                }
                return query(session, own);
            } finally {
                for (int i = 0; i < own.size(); i++) {
                    Files.move(own.get(i), mirrors.get(i));
                }
            }
        });
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
        return session.query(
                "SELECT " + column + ", count(*), __file FROM " + from + " GROUP BY 1, 3",
                row -> new Group(
                        number(row.text(2)),
                        row.isNull(0) ? Optional.empty() : Optional.of(row.text(0)),
                        row.int64(1)));
    }

    private static int number(String file) {
        return Integer.parseInt(file.substring(file.lastIndexOf('/') + 1, file.length() - ".parquet".length()));
    }
}
