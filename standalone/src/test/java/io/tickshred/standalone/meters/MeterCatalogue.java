package io.tickshred.standalone.meters;

import io.tickshred.app.JvmMeters;
import io.tickshred.finalizer.FinalizerService;
import io.tickshred.finalizer.ledger.BatchLedgerHandler;
import io.tickshred.finalizer.sweep.PeriodicSweep;
import io.tickshred.fleet.ScratchMetrics;
import io.tickshred.fleet.TaskRunner;
import io.tickshred.meter.MeterSection;
import io.tickshred.meter.MeterSpec;
import io.tickshred.planner.PlannerService;
import io.tickshred.shred.ShredWorkerService;
import io.tickshred.store.s3.S3Stores;
import io.tickshred.transport.kafka.KafkaTransport;
import io.tickshred.transport.metered.MeteredTransport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All that the three services declare. */
public final class MeterCatalogue {
    private MeterCatalogue() {}

    /** In the order of docs/metrics.md. */
    public static List<MeterSection> sections() {
        List<MeterSection> sections = new ArrayList<>(PlannerService.meters());
        sections.add(TaskRunner.meters());
        sections.add(ShredWorkerService.meters());
        sections.add(FinalizerService.meters());
        sections.add(BatchLedgerHandler.meters());
        sections.add(PeriodicSweep.meters());
        sections.add(ScratchMetrics.DISK);
        sections.add(ScratchMetrics.SPILL);
        sections.add(MeteredTransport.meters());
        sections.add(S3Stores.meters());
        sections.add(KafkaTransport.meters());
        sections.add(JvmMeters.section());
        return sections;
    }

    /** Each series' name with its declaration. */
    public static Map<String, MeterSpec> bySeries() {
        Map<String, MeterSpec> series = new HashMap<>();
        for (MeterSection section : sections()) {
            for (MeterSpec spec : section.meters()) {
                for (String name : spec.series()) {
                    if (series.put(name, spec) != null) {
                        throw new IllegalStateException("declared twice: " + name);
                    }
                }
            }
        }
        return series;
    }
}
