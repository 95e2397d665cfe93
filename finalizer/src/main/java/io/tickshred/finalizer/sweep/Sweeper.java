package io.tickshred.finalizer.sweep;

import io.tickshred.finalizer.publish.ManifestStore;
import io.tickshred.message.DamagedManifestException;
import io.tickshred.model.AttemptId;
import io.tickshred.model.CleanupPolicy;
import io.tickshred.model.Day;
import io.tickshred.model.Manifest;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanId;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.StoredObject;
import io.tickshred.store.UnfinishedUpload;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Goes over the days in a pair of stores, one after the other, and deletes what {@link SweepRules} allow and batches
 * whose time is over. For each day it looks at the stores first, then hears which plans are in progress, then reads the
 * manifest, and deletes keys that it has seen, never prefixes: what a plan writes meanwhile it does not know of, and
 * what a manifest names meanwhile was live when it listened. Any step may be repeated after a crash in any other.
 */
public final class Sweeper {
    private static final int PAGE = 1000;

    private final ObjectStore staging;
    private final ObjectStore output;
    private final LivePlans plans;
    private final SweepRules rules;
    private final ManifestStore manifests;

    public Sweeper(ObjectStore staging, ObjectStore output, LivePlans plans, SweepRules rules) {
        this.staging = staging;
        this.output = output;
        this.plans = plans;
        this.rules = rules;
        this.manifests = new ManifestStore(output);
    }

    /**
     * What to sweep.
     *
     * @param cleanup policies of the datasets by name; where one is not among them, its batches are kept
     * @param datasets names of the datasets to sweep; empty for all that lie in the stores
     * @param delete false to list alone
     */
    public record Order(Map<String, CleanupPolicy> cleanup, Set<String> datasets, boolean delete) {
        public Order {
            cleanup = Map.copyOf(cleanup);
            datasets = Set.copyOf(datasets);
        }

        private CleanupPolicy of(Day day) {
            return cleanup.getOrDefault(day.dataset(), CleanupPolicy.KEEP);
        }
    }

    /**
     * Sweeps. A listing writes nothing and goes by this machine's clock, a deletion by those of the stores.
     *
     * @throws IOException if a store gave out
     */
    public void sweep(Order order, SweepReport report) throws IOException, InterruptedException {
        SweepRules.Clocks clocks = order.delete()
                ? new SweepRules.Clocks(now(staging), now(output))
                : new SweepRules.Clocks(Instant.now(), Instant.now());
        List<Found> uploads = new ArrayList<>();
        List<FoundAggregate> aggregates = new ArrayList<>();
        uploads(staging, clocks.staging(), order, uploads, aggregates, report);
        clocks(staging, clocks.staging(), order, report);
        if (!staging.uri("").equals(output.uri(""))) {
            uploads(output, clocks.output(), order, uploads, aggregates, report);
            clocks(output, clocks.output(), order, report);
        }
        Set<Day> days = new TreeSet<>(Comparator.comparing(Day::toString));
        uploads.forEach(upload -> days.add(upload.place().day()));
        for (String dataset : order.datasets().isEmpty() ? Set.of("") : order.datasets()) {
            String prefix = dataset.isEmpty() ? "" : dataset + "/";
            staging.list("staging/" + prefix, object -> day(object, days));
            output.list(prefix, object -> {
                day(object, days);
                aggregate(object, aggregates);
            });
        }
        for (Day day : days) {
            if (order.datasets().isEmpty() || order.datasets().contains(day.dataset())) {
                List<Found> found = new ArrayList<>();
                uploads.stream()
                        .filter(upload -> upload.place().day().equals(day))
                        .forEach(found::add);
                sweep(day, found, clocks, order, report);
            }
        }
        aggregates.removeIf(thing -> !order.datasets().isEmpty()
                && !order.datasets().contains(thing.place().range().dataset()));
        new AggregateSweep(output, plans, rules).sweep(aggregates, clocks.output(), order.delete(), report);
    }

    private void sweep(Day day, List<Found> found, SweepRules.Clocks clocks, Order order, SweepReport report)
            throws IOException, InterruptedException {
        list(staging, ObjectKeys.stagingPrefix(day), found);
        list(output, ObjectKeys.outputPrefix(day), found);
        plans.refresh();
        Set<PlanId> live = found.stream()
                .map(f -> f.place().plan())
                .filter(plan -> plans.live(day, plan))
                .collect(Collectors.toSet());
        Optional<ManifestStore.Current> current;
        try {
            current = manifests.current(day);
        } catch (DamagedManifestException e) {
            report.leftAlone("left alone " + day + ": " + e.getMessage());
            return;
        }
        Optional<Manifest> manifest = current.map(ManifestStore.Current::manifest);
        CleanupPolicy rule = order.of(day);
        Optional<String> ignorant = plans.ignorant(day);
        if (ignorant.isPresent()) {
            boolean over = current.isPresent() && over(current.get(), rule, clocks.output());
            if (over || !rules.decide(found, manifest, Set.of(), clocks).isEmpty()) {
                report.unknown("left alone " + day + ": " + ignorant.get() + " knows nothing of it");
            }
            return;
        }
        if (current.isPresent() && live.isEmpty() && over(current.get(), rule, clocks.output())) {
            // The manifest says it first: whoever dies behind this line leaves a day that is told right.
            manifest = order.delete()
                    ? manifests.markBatchesDeleted(current.get(), rule)
                    : manifest.map(m -> m.withBatchesDeleted(rule));
            if (manifest.isEmpty()) {
                return; // another plan has just replaced it
            }
        }
        remove(rules.decide(found, manifest, live, clocks), order, report);
    }

    /** Whether a day's batches are to be deleted and its manifest does not say so yet. */
    private static boolean over(ManifestStore.Current current, CleanupPolicy rule, Instant now) {
        return current.manifest().batchesDeleted().isEmpty()
                && current.manifest().batchesMayGo(rule)
                && rule.keepBatchesDays()
                        .map(days -> !current.publishedAt()
                                .plus(Duration.ofDays(days))
                                .isAfter(now))
                        .orElse(false);
    }

    private void remove(List<Removal> removals, Order order, SweepReport report) throws IOException {
        Map<String, SweepReport.Swept> staged = new LinkedHashMap<>();
        Map<String, SweepReport.Swept> published = new LinkedHashMap<>();
        for (Removal removal : removals) {
            Found found = removal.found();
            ObjectStore store = found.place().staged() ? staging : output;
            SweepReport.Swept swept =
                    new SweepReport.Swept(store.uri(found.key()), found.sizeBytes(), removal.reason());
            report.found(swept);
            if (!order.delete()) {
                continue;
            } else if (found.upload().isPresent()) {
                store.abortUpload(found.upload().get());
                report.deleted(swept);
            } else {
                (found.place().staged() ? staged : published).put(found.key(), swept);
            }
        }
        delete(staging, staged, report);
        delete(output, published, report);
    }

    private static void delete(ObjectStore store, Map<String, SweepReport.Swept> things, SweepReport report)
            throws IOException {
        List<String> keys = List.copyOf(things.keySet());
        for (int from = 0; from < keys.size(); from += PAGE) {
            List<String> page = keys.subList(from, Math.min(keys.size(), from + PAGE));
            store.delete(page);
            page.forEach(key -> report.deleted(Objects.requireNonNull(things.get(key))));
        }
    }

    /** What sweeps that died left of asking a store for its time. */
    private void clocks(ObjectStore store, Instant now, Order order, SweepReport report) throws IOException {
        Map<String, SweepReport.Swept> old = new LinkedHashMap<>();
        store.list(ObjectKeys.clocks(), object -> {
            if (rules.old(object.lastModified(), now)) {
                old.put(
                        object.key(),
                        new SweepReport.Swept(
                                store.uri(object.key()), object.sizeBytes(), "clock of a sweep that died"));
            }
        });
        old.values().forEach(report::found);
        if (order.delete()) {
            delete(store, old, report);
        }
    }

    /** Those of plans; those of which no key is known lie in a directory of our own, and go by their age alone. */
    private void uploads(
            ObjectStore store,
            Instant now,
            Order order,
            List<Found> found,
            List<FoundAggregate> aggregates,
            SweepReport report)
            throws IOException {
        List<UnfinishedUpload> uploads = new ArrayList<>();
        store.listUploads(uploads::add);
        for (UnfinishedUpload upload : uploads) {
            Optional<ObjectKeys.Place> place = upload.key().flatMap(ObjectKeys::place);
            if (place.isPresent()) {
                boolean own = (place.get().staged() ? staging : output).uri("").equals(store.uri(""));
                if (own) {
                    found.add(
                            new Found(upload.key().orElseThrow(), place.get(), Optional.of(upload), 0, upload.begun()));
                }
            } else if (upload.key().isEmpty() && rules.old(upload.begun(), now)) {
                SweepReport.Swept swept = new SweepReport.Swept(store.uri("") + upload.id(), 0, "unfinished upload");
                report.found(swept);
                if (order.delete()) {
                    store.abortUpload(upload);
                    report.deleted(swept);
                }
            } else if (output.uri("").equals(store.uri(""))) {
                upload.key()
                        .flatMap(ObjectKeys::aggregatePlace)
                        .ifPresent(aggregate -> aggregates.add(new FoundAggregate(
                                upload.key().orElseThrow(), aggregate, Optional.of(upload), 0, upload.begun())));
            }
        }
    }

    private static void day(StoredObject object, Set<Day> days) {
        ObjectKeys.place(object.key()).ifPresent(place -> days.add(place.day()));
    }

    private static void aggregate(StoredObject object, List<FoundAggregate> aggregates) {
        ObjectKeys.aggregatePlace(object.key())
                .ifPresent(place -> aggregates.add(new FoundAggregate(
                        object.key(), place, Optional.empty(), object.sizeBytes(), object.lastModified())));
    }

    private static void list(ObjectStore store, String prefix, List<Found> found) throws IOException {
        store.list(prefix, object -> ObjectKeys.place(object.key())
                .ifPresent(place -> found.add(
                        new Found(object.key(), place, Optional.empty(), object.sizeBytes(), object.lastModified()))));
    }

    /** A store's time: what it says of an object that it has just written. */
    private static Instant now(ObjectStore store) throws IOException {
        String key = ObjectKeys.clock(AttemptId.create());
        store.writeIfAbsent(key, new byte[0]);
        try {
            return store.head(key).lastModified();
        } finally {
            store.delete(List.of(key));
        }
    }
}
