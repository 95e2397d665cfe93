package io.tickshred.meter;

import java.util.List;

/**
 * Figures that belong together on docs/metrics.md.
 *
 * @param services by their Prometheus job: which of them export these
 */
public record MeterSection(String title, String about, List<String> services, List<MeterSpec> meters) {
    public static final String PLANNER = "planner";
    public static final String SHRED_WORKER = "shred-worker";
    public static final String FINALIZER = "finalizer";

    /** Exported by all three. */
    public static final List<String> ALL = List.of(PLANNER, SHRED_WORKER, FINALIZER);

    public MeterSection {
        services = List.copyOf(services);
        meters = List.copyOf(meters);
        if (services.isEmpty() || meters.isEmpty()) {
            throw new IllegalArgumentException("section must have services and meters: " + title);
        }
    }
}
