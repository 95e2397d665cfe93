package io.tickshred.finalizer.aggregate;

import io.tickshred.finalizer.publish.ManifestStore;
import io.tickshred.model.Day;
import io.tickshred.model.Manifest;
import io.tickshred.model.MetricFailure;
import io.tickshred.model.MetricState;
import java.io.IOException;
import java.util.Optional;

/**
 * A day's result of a metric as its manifest has it, or why there is none.
 *
 * @param manifest empty when the day is not published
 * @param metric empty when there is no result
 */
record AggregateDay(Optional<Manifest> manifest, Optional<Manifest.Metric> metric, String missing) {
    static AggregateDay read(ManifestStore manifests, Day day, String name) throws IOException {
        Optional<Manifest> manifest = manifests.owner(day);
        if (manifest.isEmpty()) {
            return new AggregateDay(manifest, Optional.empty(), "not published");
        }
        Optional<Manifest.Metric> metric = manifest.get().metrics().orElse(java.util.List.of()).stream()
                .filter(m -> m.name().equals(name))
                .findFirst();
        if (metric.isEmpty()) {
            return new AggregateDay(manifest, metric, "published without this metric; run it again by force");
        }
        if (metric.get().state() == MetricState.FAILED) {
            String reason = metric.get().failure().map(MetricFailure::toString).orElse("no reason given");
            return new AggregateDay(manifest, Optional.empty(), reason);
        }
        return new AggregateDay(manifest, metric, "");
    }
}
