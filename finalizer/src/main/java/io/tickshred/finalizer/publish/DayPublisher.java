package io.tickshred.finalizer.publish;

import io.tickshred.fleet.TaskException;
import io.tickshred.fleet.TaskFailures;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.message.BatchResult;
import io.tickshred.model.BatchFile;
import io.tickshred.model.BatchMap;
import io.tickshred.model.CleanupPolicy;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.Day;
import io.tickshred.model.Manifest;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanId;
import io.tickshred.model.SourceTally;
import io.tickshred.store.ObjectStore;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes one dataset's days and cleans up after them. Every step may be repeated after a crash in any other. */
public final class DayPublisher {
    private static final Logger LOG = LoggerFactory.getLogger(DayPublisher.class);

    private final ManifestStore manifests;
    private final PlanCleaner cleaner;
    private final ListingCounts listings;
    private final Versions versions;

    public DayPublisher(ObjectStore staging, ObjectStore output, ListingCounts listings, Versions versions) {
        this.listings = listings;
        this.manifests = new ManifestStore(output);
        this.cleaner = new PlanCleaner(staging, output);
        this.versions = versions;
    }

    /**
     * Counts the rows of each listing, writes the manifest, then deletes the plan's staging and the batches of older
     * plans.
     *
     * @param results accepted result of each batch
     * @return the manifest and where it is
     */
    public Published publish(
            PlanHeader header,
            DatasetDefinition dataset,
            BatchMap map,
            List<BatchResult> results,
            Map<String, List<SourceTally>> sources)
            throws TaskException, InterruptedException {
        Optional<Manifest> own = own(header);
        Manifest standing =
                own.isPresent() ? own.get() : manifests.publish(build(header, dataset, map, results, sources), header);
        try {
            if (standing.batchesDeleted().isPresent()) {
                cleaner.deleteBatches(standing);
            }
            cleaner.deleteStaging(header.day(), header.plan());
            cleaner.deleteOlderOutput(header.day(), header.plan());
            cleaner.deleteMetrics(header, standing.metricFailures());
        } catch (IOException e) {
            // The day is published and proven: what could not be deleted is waste, not a failure of the day.
            LogLine.warn(LOG, "Left over after publishing")
                    .day(header.day())
                    .with(LogKey.PLAN, header.plan())
                    .with(LogKey.REASON, e.getMessage())
                    .write();
        }
        return new Published(standing, manifests.uri(header.day()), own.isEmpty());
    }

    /**
     * The plan's manifest, if an earlier attempt wrote it: its batches may have been deleted since, and nothing is to
     * be counted again.
     */
    private Optional<Manifest> own(PlanHeader header) throws TaskException {
        try {
            return manifests.owner(header.day()).filter(manifest -> manifest.plan()
                    .equals(header.plan()));
        } catch (IOException e) {
            throw TaskFailures.of("cannot look whether " + header.day() + " is published", Optional.empty(), e);
        }
    }

    private Manifest build(
            PlanHeader header,
            DatasetDefinition dataset,
            BatchMap map,
            List<BatchResult> results,
            Map<String, List<SourceTally>> sources)
            throws TaskException, InterruptedException {
        Manifest manifest;
        try {
            List<List<BatchFile>> files =
                    results.stream().map(BatchResult::files).toList();
            PublishedListings counted = listings.publish(header, dataset, map, files);
            manifest = ManifestBuilder.build(header, dataset, map, results, sources, counted, versions);
        } catch (IllegalStateException e) {
            throw new TaskException(TaskException.Kind.POISON, String.valueOf(e.getMessage()), Optional.empty(), e);
        }
        CleanupPolicy rule = dataset.cleanup();
        if (rule.untilMetricsAreDone() && manifest.batchesMayGo(rule)) {
            // Said before anything is deleted: a process that dies in between leaves a day that is told right.
            manifest = manifest.withBatchesDeleted(rule);
        }
        return manifest;
    }

    /**
     * A published day.
     *
     * @param fresh whether it is published just now, and not by an attempt before
     */
    public record Published(Manifest manifest, String uri, boolean fresh) {}

    /**
     * Deletes what a failed or superseded plan left.
     *
     * @param output whether its batches go too; refused if a manifest refers to them
     */
    public void discard(Day day, PlanId plan, boolean output) throws TaskException {
        try {
            cleaner.deleteStaging(day, plan);
            if (output && !manifests.owner(day).map(Manifest::plan).equals(Optional.of(plan))) {
                cleaner.deleteOutput(day, plan);
            }
        } catch (IOException e) {
            throw TaskFailures.of("cannot clean up after plan " + plan, Optional.empty(), e);
        }
    }
}
