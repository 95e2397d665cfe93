package io.tickshred.testkit;

import io.tickshred.message.DayComplete;
import io.tickshred.message.ResultRange;
import io.tickshred.model.Day;
import io.tickshred.model.ListingType;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanId;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** Plans of a made-up day for tests that need one and do not care which. */
public final class Plans {
    public static final Day DAY = new Day("equities", LocalDate.of(2026, 1, 5));
    public static final Instant NOON = Instant.parse("2026-01-06T12:00:00Z");

    private Plans() {}

    /** A plan of one table, trades, with the given numbers of batches and chunks. */
    public static PlanHeader header(int batches, int chunks) {
        return header(PlanId.create(NOON), batches, chunks, Optional.empty());
    }

    public static PlanHeader header(PlanId plan, int batches, int chunks, Optional<PlanId> replaces) {
        return PlanHeader.builder()
                .plan(plan)
                .day(DAY)
                .fingerprint("0123456789abcdef")
                .tables(List.of("trades"))
                .listingType(ListingType.INT64)
                .batches(batches)
                .listings(batches * 2)
                .mapParts(1)
                .chunks(chunks)
                .sources(chunks)
                .rows(chunks * 100L)
                .excluded(List.of())
                .createdAt(NOON)
                .replaces(replaces)
                .build();
    }

    /** The complete day of a plan: a hundred rows a chunk, all routed. */
    public static DayComplete complete(PlanHeader header) {
        return new DayComplete(header, new ResultRange(0, 0, header.chunks()), header.rows(), 0, 0, 1000);
    }
}
