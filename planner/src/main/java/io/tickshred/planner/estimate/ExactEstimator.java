package io.tickshred.planner.estimate;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.Sql;
import io.tickshred.duckdb.TableSql;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.fleet.Scratch;
import io.tickshred.fleet.TaskException;
import io.tickshred.parquet.Footer;
import io.tickshred.parquet.SparseMirror;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Counts exactly, from the listing column alone: an object's listing column is mirrored, counted by listing with DuckDB,
 * and forgotten, so that memory is what the listings take, however many objects there are. A table's {@code where} is
 * not applied, which makes the counts those of all rows.
 */
public final class ExactEstimator implements SizeEstimator {
    private final Path scratch;
    private final MemoryBudget budget;

    public ExactEstimator(Path scratch, MemoryBudget budget) {
        this.scratch = scratch;
        this.budget = budget;
    }

    @Override
    public TableEstimate begin(ObjectStore store, TableSql table, Optional<Set<String>> universe) throws PlanException {
        try {
            Scratch directory = Scratch.open(scratch, "estimate", 0);
            return new Count(store, table, universe, directory, new SessionPool(directory.directory(), budget));
        } catch (TaskException e) {
            throw new PlanException("cannot count table " + table.table() + ": " + e.getMessage(), e);
        }
    }

    private static final class Count implements TableEstimate {
        private final ObjectStore store;
        private final TableSql table;
        private final Optional<Set<String>> universe;
        private final Scratch scratch;
        private final SessionPool sessions;
        private final AtomicLong mirrors = new AtomicLong();
        private final Map<String, ListingCount> listings = new HashMap<>();
        private long withoutListing;

        Count(
                ObjectStore store,
                TableSql table,
                Optional<Set<String>> universe,
                Scratch scratch,
                SessionPool sessions) {
            this.store = store;
            this.table = table;
            this.universe = universe;
            this.scratch = scratch;
            this.sessions = sessions;
        }

        @Override
        public void visit(Footer footer) throws IOException, DuckDbException, PlanException, InterruptedException {
            if (footer.rows() == 0) {
                return;
            }
            Path mirror = scratch.directory().resolve("mirror-" + mirrors.getAndIncrement() + ".parquet");
            try {
                Set<Integer> groups = IntStream.range(0, footer.rowGroups().size())
                        .boxed()
                        .collect(Collectors.toSet());
                SparseMirror.write(store, footer, groups, Set.of(table.listing()), mirror);
                add(footer, sessions.with(session -> count(session, mirror)));
            } finally {
                Files.deleteIfExists(mirror);
            }
        }

        private List<Group> count(DuckDbSession session, Path mirror)
                throws IOException, DuckDbException, InterruptedException {
            // A session sees its own directory alone.
            Path own = session.scratch().resolve(mirror.getFileName());
            Files.move(mirror, own);
            try {
                String sql = "SELECT " + Sql.identifier(table.listing()) + ", count(*) FROM "
                        + Sql.parquet(List.of(own)) + " GROUP BY ALL";
                return session.query(sql, row -> new Group(
                        row.isNull(0) ? Optional.empty() : Optional.of(row.text(0)), row.int64(1)));
            } finally {
                Files.deleteIfExists(own);
            }
        }

        private void add(Footer footer, List<Group> groups) throws PlanException {
            long rows = groups.stream().mapToLong(Group::rows).sum();
            String key = footer.object().key();
            if (rows != footer.rows()) {
                throw new PlanException(
                        "object " + key + " of table " + table.table() + " has " + rows + " rows, but its footer says "
                                + footer.rows() + "; repair it, or go on without it with exclude: [\"" + key + "\"]",
                        key);
            }
            double width = RowWidth.of(footer, table.sourceColumns());
            synchronized (this) {
                for (Group group : groups) {
                    if (group.listing().isEmpty()) {
                        withoutListing += group.rows();
                        continue;
                    }
                    String listing = group.listing().get();
                    if (universe.isEmpty() || universe.get().contains(listing)) {
                        listings.merge(
                                listing,
                                new ListingCount(group.rows(), Math.round(group.rows() * width)),
                                (a, b) -> a.plus(b.rows(), b.bytes()));
                    }
                }
            }
        }

        @Override
        public synchronized Map<String, ListingCount> listings() {
            return Collections.unmodifiableMap(listings);
        }

        @Override
        public synchronized long rowsWithoutListing() {
            return withoutListing;
        }

        @Override
        public void close() {
            sessions.close();
            scratch.close();
        }

        /** Rows of one listing, or of none, in one object. */
        private record Group(Optional<String> listing, long rows) {}
    }
}
