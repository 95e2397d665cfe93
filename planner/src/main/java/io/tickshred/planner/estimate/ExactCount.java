package io.tickshred.planner.estimate;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.TableSql;
import io.tickshred.fleet.Scratch;
import io.tickshred.parquet.Footer;
import io.tickshred.parquet.SparseMirror;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.estimate.ListingCounter.Group;
import io.tickshred.planner.scan.ObjectProblem;
import io.tickshred.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
 * Counts one table. Small objects wait until there are enough of them for one query, in which a listing's bytes are by
 * their common average; when such a query fails, its objects are counted one by one, to find the one that is at fault.
 */
final class ExactCount implements TableEstimate {
    /** A query costs about as much as this many rows. */
    private static final long ROWS_TOGETHER = 250_000;

    private static final int OBJECTS_TOGETHER = 200;

    /** Directories that mirrors are spread over: threads that make files in one directory wait for each other. */
    private static final int DIRECTORIES = 16;

    private final ObjectStore store;
    private final TableSql table;
    private final Optional<Set<String>> universe;
    private final Scratch scratch;
    private final SessionPool sessions;
    private final ListingCounter counter;
    private final AtomicLong mirrors = new AtomicLong();
    private final Map<String, ListingCount> listings = new HashMap<>();
    private final List<PlanException> problems = new ArrayList<>();
    private List<Mirrored> waiting = new ArrayList<>();
    private long waitingRows;
    private long withoutListing;

    /** An object whose listing column lies on the scratch disk. */
    private record Mirrored(String key, long rows, double width, Path mirror) {}

    ExactCount(
            ObjectStore store, TableSql table, Optional<Set<String>> universe, Scratch scratch, SessionPool sessions) {
        this.store = store;
        this.table = table;
        this.universe = universe;
        this.scratch = scratch;
        this.sessions = sessions;
        this.counter = new ListingCounter(sessions, table.listing());
    }

    @Override
    public void visit(Footer footer) throws IOException, InterruptedException {
        if (footer.rows() == 0) {
            return;
        }
        long number = mirrors.getAndIncrement();
        Path directory = Files.createDirectories(scratch.directory().resolve("mirrors-" + number % DIRECTORIES));
        Path mirror = directory.resolve(number + ".parquet");
        Set<Integer> groups =
                IntStream.range(0, footer.rowGroups().size()).boxed().collect(Collectors.toSet());
        SparseMirror.write(store, footer, groups, Set.of(table.listing()), mirror);
        double width = RowWidth.of(footer, table.sourceColumns());
        count(enough(new Mirrored(footer.object().key(), footer.rows(), width, mirror)));
    }

    @Override
    public List<PlanException> finish() throws InterruptedException {
        List<Mirrored> rest;
        synchronized (this) {
            rest = waiting;
            waiting = new ArrayList<>();
        }
        count(rest);
        synchronized (this) {
            return List.copyOf(problems);
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

    /** Adds an object to those that wait, and takes them all when they are enough for a query. */
    private synchronized List<Mirrored> enough(Mirrored object) {
        waiting.add(object);
        waitingRows += object.rows();
        if (waitingRows < ROWS_TOGETHER && waiting.size() < OBJECTS_TOGETHER) {
            return List.of();
        }
        List<Mirrored> taken = waiting;
        waiting = new ArrayList<>();
        waitingRows = 0;
        return taken;
    }

    private void count(List<Mirrored> objects) throws InterruptedException {
        if (objects.isEmpty()) {
            return;
        }
        try {
            List<Group> groups =
                    counter.count(objects.stream().map(Mirrored::mirror).toList());
            long found = groups.stream().mapToLong(Group::rows).sum();
            long expected = objects.stream().mapToLong(Mirrored::rows).sum();
            if (found == expected) {
                add(objects, groups);
            } else if (objects.size() > 1) {
                countOneByOne(objects);
                return;
            } else {
                problem(ObjectProblem.rows(table.table(), objects.get(0).key(), expected, found));
            }
        } catch (IOException | DuckDbException e) {
            if (objects.size() > 1) {
                countOneByOne(objects);
                return;
            }
            problem(ObjectProblem.of(table.table(), objects.get(0).key(), e));
        }
        for (Mirrored object : objects) {
            try {
                Files.deleteIfExists(object.mirror());
            } catch (IOException e) {
                problem(ObjectProblem.of(table.table(), object.key(), e));
            }
        }
    }

    private void countOneByOne(List<Mirrored> objects) throws InterruptedException {
        for (Mirrored object : objects) {
            count(List.of(object));
        }
    }

    private synchronized void problem(PlanException e) {
        problems.add(e);
    }

    private synchronized void add(List<Mirrored> objects, List<Group> groups) {
        double bytes = objects.stream().mapToDouble(o -> o.rows() * o.width()).sum();
        long rows = objects.stream().mapToLong(Mirrored::rows).sum();
        for (Group group : groups) {
            if (group.listing().isEmpty()) {
                withoutListing += group.rows();
            } else if (universe.isEmpty() || universe.get().contains(group.listing().get())) {
                listings.merge(
                        group.listing().get(),
                        new ListingCount(group.rows(), Math.round(group.rows() * bytes / rows)),
                        (before, more) -> before.plus(more.rows(), more.bytes()));
            }
        }
    }
}
