package io.tickshred.testkit;

import io.tickshred.model.Day;
import io.tickshred.model.ListingType;
import io.tickshred.model.Manifest;
import io.tickshred.model.ManifestBuilder;
import io.tickshred.model.PlanId;
import io.tickshred.model.RowHash;
import java.time.Instant;
import java.util.List;

/** Manifests for tests that care about a few of their components only. */
public final class Manifests {
    private Manifests() {}

    /** Of a day without a row or an object. */
    public static ManifestBuilder of(Day day, PlanId plan, Instant createdAt) {
        return ManifestBuilder.from(Manifest.builder()
                .format(Manifest.FORMAT)
                .plan(plan)
                .day(day)
                .fingerprint("0123456789abcdef")
                .createdAt(createdAt)
                .rowHashAlgorithm(RowHash.ALGORITHM)
                .tickshredVersion("test")
                .duckdbVersion("test")
                .listingType(ListingType.INT64)
                .rows(0)
                .routed(0)
                .filtered(0)
                .outside(0)
                .tables(List.of())
                .batches(List.of())
                .sources(List.of())
                .excluded(List.of())
                .build());
    }
}
