package io.tickshred.planner.scan;

import io.tickshred.parquet.Footer;
import io.tickshred.parquet.FooterReader;
import io.tickshred.parquet.RowWidth;
import io.tickshred.planner.chunking.SourceObject;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.StoredObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Reads the footers of a table's objects with a bounded number of threads. */
public final class FooterScan {
    /** Broken objects that are looked for before a scan gives up: enough to exclude them all in one go, mostly. */
    private static final int MAX_PROBLEMS = 20;

    private final int threads;

    public FooterScan(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("footerThreads must be at least 1: " + threads);
        }
        this.threads = threads;
    }

    /** Reads one footer, telling a failure as a plan's. */
    public static Footer read(ObjectStore store, String table, StoredObject object) throws PlanException {
        try {
            return FooterReader.read(store, object);
        } catch (IOException e) {
            throw ObjectProblem.of(table, object.key(), e);
        }
    }

    /**
     * Reads all objects of a table, and lets the schema and the visitor see each.
     *
     * @param objects in key order
     * @return one for each object, in the same order
     * @throws PlanException for the first broken object in key order among those met, with the keys of the others
     */
    public List<SourceObject> scan(
            ObjectStore store, String table, TableSchema schema, List<StoredObject> objects, FooterVisitor visitor)
            throws PlanException, InterruptedException {
        if (objects.isEmpty()) {
            return List.of();
        }
        Scan scan = new Scan(store, table, schema, objects, visitor);
        ExecutorService pool = Executors.newFixedThreadPool(Math.min(threads, objects.size()), work -> {
            Thread thread = new Thread(work, "footer-scan");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < Math.min(threads, objects.size()); i++) {
                running.add(pool.submit(() -> {
                    scan.run();
                    return null;
                }));
            }
            for (Future<?> future : running) {
                future.get();
            }
        } catch (ExecutionException e) {
            throw unexpected(table, e);
        } finally {
            scan.stop();
            pool.shutdownNow();
            awaitEnd(pool);
        }
        return scan.result(visitor.finish());
    }

    /** Threads end with the object in hand; what they hold open must not outlive the scan. */
    private static void awaitEnd(ExecutorService pool) {
        boolean interrupted = false;
        while (!pool.isTerminated()) {
            try {
                pool.awaitTermination(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static PlanException unexpected(String table, ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return new PlanException("reading table " + table + " met an unexpected error: " + cause, cause);
    }

    private static final class Scan {
        private final ObjectStore store;
        private final String table;
        private final TableSchema schema;
        private final List<StoredObject> objects;
        private final FooterVisitor visitor;
        private final SourceObject[] sources;
        private final AtomicInteger next = new AtomicInteger();
        private final List<PlanException> problems = new ArrayList<>();

        Scan(ObjectStore store, String table, TableSchema schema, List<StoredObject> objects, FooterVisitor visitor) {
            this.store = store;
            this.table = table;
            this.schema = schema;
            this.objects = objects;
            this.visitor = visitor;
            this.sources = new SourceObject[objects.size()];
        }

        void run() throws InterruptedException {
            for (int i = next.getAndIncrement(); i < objects.size(); i = next.getAndIncrement()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("stopped while reading footers");
                }
                String key = objects.get(i).key();
                try {
                    Footer footer = read(store, table, objects.get(i));
                    schema.add(footer);
                    visitor.visit(footer);
                    sources[i] = summary(i, footer);
                } catch (PlanException e) {
                    problem(e);
                } catch (IOException e) {
                    problem(ObjectProblem.of(table, key, e));
                }
            }
        }

        void stop() {
            next.set(objects.size());
        }

        List<SourceObject> result(List<PlanException> late) throws PlanException {
            List<PlanException> all = new ArrayList<>(late);
            synchronized (problems) {
                all.addAll(problems);
            }
            if (!all.isEmpty()) {
                throw told(all);
            }
            return Arrays.asList(sources);
        }

        private void problem(PlanException e) {
            synchronized (problems) {
                problems.add(e);
                if (problems.size() >= MAX_PROBLEMS) {
                    stop();
                }
            }
        }

        private PlanException told(List<PlanException> problems) {
            problems.sort(Comparator.comparing(Scan::key));
            boolean noneRead = Arrays.stream(sources).allMatch(Objects::isNull);
            if (noneRead && problems.stream().allMatch(MissingListing.class::isInstance)) {
                return MissingListing.inAll(
                        problems.stream().map(MissingListing.class::cast).toList(), objects.size());
            }
            PlanException first = problems.get(0);
            List<String> others =
                    problems.stream().map(Scan::key).skip(1).distinct().toList();
            return others.isEmpty()
                    ? first
                    : new PlanException(
                            first.getMessage() + " (" + others.size() + " more cannot be used either: "
                                    + String.join(", ", others) + ")",
                            key(first),
                            first);
        }

        private static String key(PlanException problem) {
            return problem.failure().object().orElse("");
        }

        private SourceObject summary(int ordinal, Footer footer) {
            int groups = footer.rowGroups().size();
            long[] rows = new long[groups];
            long[] bytes = new long[groups];
            Set<String> columns = schema.columns(footer);
            for (int g = 0; g < groups; g++) {
                rows[g] = footer.rowGroups().get(g).rows();
                bytes[g] = footer.rowGroups().get(g).compressedBytes(columns);
            }
            StoredObject object = footer.object();
            return new SourceObject(
                    ordinal,
                    object.key(),
                    object.etag(),
                    object.sizeBytes(),
                    rows,
                    bytes,
                    RowWidth.of(footer, columns));
        }
    }
}
