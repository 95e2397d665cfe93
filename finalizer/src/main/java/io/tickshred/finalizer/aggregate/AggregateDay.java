package io.tickshred.finalizer.aggregate;

import io.tickshred.finalizer.publish.ManifestStore;
import io.tickshred.model.Day;
import io.tickshred.model.Manifest;
import io.tickshred.model.MetricFailure;
import io.tickshred.model.MetricState;
import io.tickshred.model.PlanId;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A day's result of a metric as its manifest has it, or why there is none.
 *
 * @param plan by which the day is published; empty when it is not
 * @param etag of the manifest; empty when there is none
 * @param metric empty when there is no result
 */
record AggregateDay(Optional<PlanId> plan, String etag, Optional<Manifest.Metric> metric, String missing) {
    static AggregateDay read(ManifestStore manifests, Day day, String name) throws IOException {
        Optional<ManifestStore.Current> current = manifests.current(day);
        if (current.isEmpty()) {
            return new AggregateDay(Optional.empty(), "", Optional.empty(), "not published");
        }
        Manifest manifest = current.get().manifest();
        Optional<PlanId> plan = Optional.of(manifest.plan());
        String etag = current.get().etag();
        Optional<Manifest.Metric> metric = manifest.metrics().orElse(List.of()).stream()
                .filter(m -> m.name().equals(name))
                .findFirst();
        if (metric.isEmpty()) {
            return new AggregateDay(plan, etag, metric, "published without this metric; run it again by force");
        }
        if (metric.get().state() == MetricState.FAILED) {
            String reason = metric.get().failure().map(MetricFailure::toString).orElse("no reason given");
            return new AggregateDay(plan, etag, Optional.empty(), reason);
        }
        return new AggregateDay(plan, etag, metric, "");
    }
}
