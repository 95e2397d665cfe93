package io.tickshred.planner.estimate;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.Sql;
import io.tickshred.duckdb.TableReferences;
import io.tickshred.fleet.Scratch;
import io.tickshred.parquet.ColumnCopy;
import io.tickshred.parquet.Footer;
import io.tickshred.parquet.RowWidth;
import io.tickshred.parquet.SparseMirror;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.scan.ListingFolders;
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
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Counts one table. Of large objects a few row groups may stand for all. Small objects wait in memory until there are
 * enough of them for one query, which tells nothing of their listings' bytes: which objects meet in a query is chance.
 * When such a query fails, its objects are counted one by one, to find the one at fault.
 */
final class ColumnCount implements TableEstimate {
    /** A listing column that is smaller costs less to count than a file and a query. */
    private static final int SMALL_BYTES = 64 << 10;

    private static final int OBJECTS_TOGETHER = 500;
    private static final long BYTES_TOGETHER = 4 << 20;
    private static final long PART_BYTES = 8 << 20;

    private final ObjectStore store;
    private final TableReferences table;
    private final Optional<Set<String>> universe;
    private final int rowGroups;
    private final Scratch scratch;
    private final SessionPool sessions;
    private final LongConsumer requests;
    private final AtomicLong files = new AtomicLong();
    private final Map<String, ListingCount> listings = new HashMap<>();
    private final ListingFolders folders = new ListingFolders();
    private final List<PlanException> problems = new ArrayList<>();
    private List<Small> waiting = new ArrayList<>();
    private long waitingBytes;
    private long withoutListing;
    private boolean sampled;

    /** A small object, its listing column in memory. */
    private record Small(Counted object, ColumnCopy column) {}

    /**
     * What is counted of an object.
     *
     * @param rows by its footer
     * @param width bytes that a row takes in memory, where the object is counted alone in any case
     * @param each how many rows of the object a counted row stands for
     */
    private record Counted(String key, long rows, OptionalDouble width, double each) {}

    /** Rows of a listing, or of none. */
    private record Group(Optional<String> listing, long rows) {}

    /**
     * A count.
     *
     * @param universe listings to keep; empty for all
     * @param requests hears how many were sent
     */
    ColumnCount(
            SourceTable table,
            Optional<Set<String>> universe,
            int rowGroups,
            Scratch scratch,
            SessionPool sessions,
            LongConsumer requests) {
        this.store = table.store();
        this.table = table.references();
        this.universe = universe;
        this.rowGroups = rowGroups;
        this.scratch = scratch;
        this.sessions = sessions;
        this.requests = requests;
    }

    @Override
    public void visit(Footer footer) throws IOException, InterruptedException {
        if (footer.rows() == 0) {
            return;
        }
        String key = footer.object().key();
        Optional<ColumnCopy> small = ColumnCopy.fetch(store, footer, table.listing(), SMALL_BYTES);
        if (small.isPresent()) {
            requests.accept(1);
            together(enough(new Small(new Counted(key, footer.rows(), OptionalDouble.empty(), 1), small.get())));
        } else {
            Set<Integer> groups = chosen(footer.rowGroups().size());
            long rows = groups.stream()
                    .mapToLong(group -> footer.rowGroups().get(group).rows())
                    .sum();
            if (rows == 0) {
                return;
            }
            // Wider apart, row groups take a request each; how many of them do is not known before.
            long bytes = SparseMirror.fetchedBytes(footer, groups, Set.of(table.listing()));
            requests.accept(Math.max(1, bytes / PART_BYTES));
            Counted part = new Counted(
                    key,
                    rows,
                    OptionalDouble.of(RowWidth.of(footer, table.wanted().of(footer))),
                    (double) footer.rows() / rows);
            count(List.of(part), file -> SparseMirror.write(store, footer, groups, Set.of(table.listing()), file))
                    .ifPresent(this::problem);
        }
    }

    @Override
    public List<PlanException> finish() throws InterruptedException {
        List<Small> rest;
        synchronized (this) {
            rest = waiting;
            waiting = new ArrayList<>();
        }
        together(rest);
        synchronized (this) {
            return List.copyOf(problems);
        }
    }

    @Override
    public synchronized Map<String, ListingCount> listings() {
        return Collections.unmodifiableMap(listings);
    }

    /** Also a sample is exact, where all objects are small. */
    @Override
    public synchronized boolean exact() {
        return !sampled;
    }

    @Override
    public synchronized Optional<ListingFolders> folders() {
        return sampled || !folders.known() ? Optional.empty() : Optional.of(folders);
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

    /** As many row groups as are to be counted, each from the middle of an equal part of the object. */
    private Set<Integer> chosen(int all) {
        int wanted = Math.min(rowGroups, all);
        return IntStream.range(0, wanted)
                .mapToObj(i -> (int) ((2L * i + 1) * all / (2L * wanted)))
                .collect(Collectors.toSet());
    }

    /** Adds an object to those that wait, and takes them all when they are enough for a query. */
    private synchronized List<Small> enough(Small object) {
        waiting.add(object);
        waitingBytes += object.column().sizeBytes();
        if (waitingBytes < BYTES_TOGETHER && waiting.size() < OBJECTS_TOGETHER) {
            return List.of();
        }
        List<Small> taken = waiting;
        waiting = new ArrayList<>();
        waitingBytes = 0;
        return taken;
    }

    /** Counts small objects, as many together as are in one folder and have one schema. */
    private void together(List<Small> objects) throws InterruptedException {
        List<Small> left = objects;
        while (!left.isEmpty()) {
            ColumnCopy first = left.get(0).column();
            String folder = ListingFolders.of(left.get(0).object().key());
            boolean apart = folders.known();
            Map<Boolean, List<Small>> alike = left.stream()
                    .collect(Collectors.partitioningBy(o -> o.column().sameSchema(first)
                            && (!apart || ListingFolders.of(o.object().key()).equals(folder))));
            List<Small> now = alike.getOrDefault(true, List.of());
            Optional<PlanException> failure = count(now);
            if (failure.isPresent() && now.size() > 1) {
                for (Small object : now) {
                    count(List.of(object)).ifPresent(this::problem);
                }
            } else {
                failure.ifPresent(this::problem);
            }
            left = alike.getOrDefault(false, List.of());
        }
    }

    private Optional<PlanException> count(List<Small> objects) throws InterruptedException {
        return count(
                objects.stream().map(Small::object).toList(),
                file -> ColumnCopy.write(objects.stream().map(Small::column).toList(), file));
    }

    /** Writes the listing columns of objects into a file. */
    private interface Source {
        void write(Path file) throws IOException;
    }

    /** Counts objects and adds them; or says what is wrong, of the first by name, and adds nothing. */
    private Optional<PlanException> count(List<Counted> objects, Source source) throws InterruptedException {
        String key = objects.get(0).key();
        Path file = scratch.directory().resolve(files.getAndIncrement() + ".parquet");
        try {
            source.write(file);
            String sql = "SELECT " + Sql.identifier(table.listing()) + ", count(*) FROM " + Sql.parquet(List.of(file))
                    + " GROUP BY 1";
            List<Group> groups = sessions.with(session -> session.query(
                    sql, row -> new Group(row.isNull(0) ? Optional.empty() : Optional.of(row.text(0)), row.int64(1))));
            Files.delete(file);
            long expected = objects.stream().mapToLong(Counted::rows).sum();
            long found = groups.stream().mapToLong(Group::rows).sum();
            if (found != expected) {
                return Optional.of(ObjectProblem.rows(table.table().name(), key, expected, found));
            }
            add(
                    groups,
                    ListingFolders.of(key),
                    objects.get(0).width(),
                    objects.get(0).each());
            return Optional.empty();
        } catch (IOException | DuckDbException e) {
            return Optional.of(ObjectProblem.of(table.table().name(), key, e));
        }
    }

    private synchronized void problem(PlanException e) {
        problems.add(e);
    }

    private synchronized void add(List<Group> groups, String folder, OptionalDouble width, double each) {
        sampled |= each != 1;
        for (Group group : groups) {
            long rows = Math.round(group.rows() * each);
            if (group.listing().isEmpty()) {
                withoutListing += rows;
            } else if (universe.isEmpty()
                    || universe.get().contains(group.listing().get())) {
                folders.add(group.listing().get(), folder);
                listings.merge(
                        group.listing().get(),
                        width.isPresent()
                                ? new ListingCount(rows, Math.round(rows * width.getAsDouble()), rows)
                                : ListingCount.of(rows),
                        ListingCount::plus);
            }
        }
    }
}
