package io.tickshred.planner.ledger;

import io.tickshred.message.ChunkResult;
import io.tickshred.message.ChunkResult.Outcome;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanOpened;
import io.tickshred.model.AttemptId;
import io.tickshred.model.Day;
import io.tickshred.model.Failure;
import io.tickshred.model.ListingType;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanId;
import io.tickshred.model.Proof;
import io.tickshred.model.RowHash;
import io.tickshred.model.RunSlice;
import io.tickshred.model.SourceTally;
import io.tickshred.model.SourcesHash;
import io.tickshred.model.StagedFile;
import io.tickshred.model.StagedRun;
import io.tickshred.transport.Outgoing;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A plan of some chunks, chunk {@code c} of one source with {@code 10 + c} rows, of which 2 are filtered and 1 is
 * outside.
 */
final class LedgerFixture {
    static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    static final PlanId PLAN = PlanId.create(NOW);
    static final Day DAY = new Day("equity", LocalDate.of(2013, 10, 7));

    private static final MessageCodec CODEC = new MessageCodec();

    private LedgerFixture() {}

    static PlanOpened opened(int chunks) {
        long rows = 0;
        SourcesHash hash = SourcesHash.ZERO;
        for (int c = 0; c < chunks; c++) {
            rows += 10 + c;
            hash = hash.plus("trades", c, c, "key-" + c, "etag", 10 + c);
        }
        PlanHeader header = PlanHeader.builder()
                .plan(PLAN)
                .day(DAY)
                .fingerprint("0123456789abcdef")
                .tables(List.of("trades"))
                .listingType(ListingType.INT64)
                .batches(3)
                .listings(30)
                .mapParts(2)
                .chunks(chunks)
                .sources(chunks)
                .rows(rows)
                .excluded(List.of())
                .createdAt(NOW)
                .outside((long) chunks)
                .build();
        return new PlanOpened(header, hash);
    }

    static ChunkResult staged(int chunk) {
        return staged(chunk, tally(chunk, 7 + chunk), 7 + chunk);
    }

    static SourceTally tally(int chunk, long routed) {
        return new SourceTally(chunk, "key-" + chunk, "etag", 1000, 10 + chunk, routed, 2, 1);
    }

    static ChunkResult staged(int chunk, SourceTally tally, long stagedRows) {
        AttemptId attempt = AttemptId.create();
        StagedRun run = new StagedRun(
                List.of(new StagedFile("staging/" + chunk + "-" + attempt, 50, "etag", "0".repeat(64))),
                List.of(new RunSlice(0, 0, 0, 1, new Proof(stagedRows, new RowHash(chunk)))));
        return new ChunkResult(
                PLAN,
                "trades",
                chunk,
                attempt,
                "w1",
                Outcome.STAGED,
                List.of(tally),
                Optional.of(run),
                Optional.empty());
    }

    static ChunkResult failure(int chunk, Outcome outcome, String reason) {
        return new ChunkResult(
                PLAN,
                "trades",
                chunk,
                AttemptId.create(),
                "w2",
                outcome,
                List.of(),
                Optional.empty(),
                Optional.of(new Failure(reason, Optional.of("key-" + chunk))));
    }

    /** Folds messages from offset 100 on and gives what was published, decoded; tombstones are left out. */
    static List<Message> fold(List<? extends Message> messages) {
        List<Message> published = new ArrayList<>();
        Optional<LedgerState> state = Optional.empty();
        long offset = 100;
        for (Message message : messages) {
            Decision decision = DayLedger.decide(state, message, 3, offset++, NOW);
            published.addAll(decode(decision.messages()));
            state = decision.state();
        }
        return published;
    }

    static List<Message> decode(Iterable<Outgoing> records) {
        List<Message> messages = new ArrayList<>();
        for (Outgoing record : records) {
            record.value().ifPresent(value -> messages.add(decode(value)));
        }
        return messages;
    }

    private static Message decode(byte[] value) {
        try {
            return CODEC.decode(value);
        } catch (MalformedMessageException e) {
            throw new AssertionError("the ledger published what it cannot read", e);
        }
    }
}
