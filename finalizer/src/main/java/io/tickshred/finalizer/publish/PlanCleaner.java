package io.tickshred.finalizer.publish;

import io.tickshred.model.Day;
import io.tickshred.model.Manifest;
import io.tickshred.model.MetricFailure;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanId;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.StoredObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Deletes what ended plans left, page by page, by prefixes of their own. What it deletes is never part of a manifest.
 */
final class PlanCleaner {
    private static final int PAGE = 1000;

    private final ObjectStore staging;
    private final ObjectStore output;

    PlanCleaner(ObjectStore staging, ObjectStore output) {
        this.staging = staging;
        this.output = output;
    }

    void deleteStaging(Day day, PlanId plan) throws IOException {
        delete(staging, ObjectKeys.stagingPrefix(day, plan), object -> true);
    }

    void deleteOutput(Day day, PlanId plan) throws IOException {
        delete(output, ObjectKeys.outputPrefix(day, plan), object -> true);
    }

    /** Deletes the objects of the batches of a manifest that says so. */
    void deleteBatches(Manifest manifest) throws IOException {
        delete(output, manifest.batchKeys());
    }

    /** Deletes the batches of all plans older than the one that owns the day now. */
    void deleteOlderOutput(Day day, PlanId owner) throws IOException {
        String prefix = day + "/";
        String ownPrefix = ObjectKeys.outputPrefix(day, owner);
        String manifest = ObjectKeys.manifest(day);
        delete(
                output,
                prefix,
                object -> !object.key().equals(manifest) && object.key().compareTo(ownPrefix) < 0);
    }

    /** Deletes what the metrics that failed in some batch wrote in others. */
    void deleteMetrics(PlanHeader header, List<MetricFailure> failed) throws IOException {
        for (MetricFailure failure : failed) {
            List<String> keys = IntStream.range(0, header.batches())
                    .mapToObj(batch -> ObjectKeys.batchMetric(header.day(), header.plan(), failure.metric(), batch))
                    .toList();
            delete(output, keys);
        }
    }

    private static void delete(ObjectStore store, String prefix, Predicate<StoredObject> wanted) throws IOException {
        List<String> keys = new ArrayList<>();
        store.list(prefix, object -> {
            if (wanted.test(object)) {
                keys.add(object.key());
            }
        });
        delete(store, keys);
    }

    private static void delete(ObjectStore store, List<String> keys) throws IOException {
        for (int from = 0; from < keys.size(); from += PAGE) {
            store.delete(keys.subList(from, Math.min(keys.size(), from + PAGE)));
        }
    }
}
