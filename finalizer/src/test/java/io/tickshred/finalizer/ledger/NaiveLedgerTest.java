package io.tickshred.finalizer.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.message.BatchResult;
import io.tickshred.message.BatchesOpened;
import io.tickshred.message.DayComplete;
import io.tickshred.message.DayStatus;
import io.tickshred.message.DiscardTask;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PublishTask;
import io.tickshred.model.AttemptId;
import io.tickshred.model.BatchFile;
import io.tickshred.model.DayState;
import io.tickshred.model.Failure;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanHeaderBuilder;
import io.tickshred.model.Proof;
import io.tickshred.model.RowNumbers;
import io.tickshred.model.SourceShare;
import io.tickshred.model.SourcesHash;
import io.tickshred.testkit.Plans;
import io.tickshred.transport.Outgoing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** A plan whose batches read the sources themselves: its ledger closes it only if every row was taken exactly once. */
class NaiveLedgerTest {
    private static final int ROWS = 600;
    private static final MessageCodec CODEC = new MessageCodec();

    /** Two sources of 600 rows, dealt out to batches in pieces of 20. */
    private static final class Day {
        private final PlanHeader header;
        private final List<List<SourceShare>> shares = new ArrayList<>();
        private SourcesHash planned = SourcesHash.ZERO;

        Day(int batches, long seed) {
            header = Plans.header(batches, 0);
            Random random = new Random(seed);
            for (int batch = 0; batch < batches; batch++) {
                shares.add(new ArrayList<>());
            }
            for (int source = 0; source < 2; source++) {
                planned = planned.plus("trades", 0, source, "s" + source, "etag", ROWS);
                for (int from = 0; from < ROWS; from += 20) {
                    shares.get(random.nextInt(batches)).add(share(source, from, 20));
                }
            }
        }

        static SourceShare share(int source, int from, int rows) {
            return new SourceShare(
                    "trades", source, "s" + source, "etag", 1, ROWS, rows - 3, 2, 1, RowNumbers.range(from, rows));
        }

        /** Takes some piece from a batch and returns it. */
        SourceShare lose() {
            return shares.stream()
                    .filter(some -> !some.isEmpty())
                    .findFirst()
                    .orElseThrow()
                    .remove(0);
        }

        List<Message> results() {
            List<Message> results = new ArrayList<>();
            for (int batch = 0; batch < shares.size(); batch++) {
                results.add(result(header, batch, Optional.of(shares.get(batch))));
            }
            return results;
        }

        List<Message> fold(List<Message> results) {
            PlanBatches state = new PlanBatches.Unknown();
            List<Message> emitted = new ArrayList<>();
            List<Message> log = new ArrayList<>(results);
            log.add(0, new BatchesOpened(DayComplete.naive(header), Optional.of(planned)));
            for (int offset = 0; offset < log.size(); offset++) {
                BatchLedger.Decision decision = BatchLedger.fold(state, log.get(offset), 0, offset, Plans.NOON);
                state = decision.state();
                for (Outgoing record : decision.records()) {
                    record.value().ifPresent(value -> emitted.add(decode(value)));
                }
            }
            return emitted;
        }
    }

    private static Message decode(byte[] value) {
        try {
            return CODEC.decode(value);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static BatchResult result(PlanHeader header, int batch, Optional<List<SourceShare>> shares) {
        BatchFile file = new BatchFile(
                "trades", batch, "k" + batch, 1, "00", Proof.EMPTY, Optional.empty(), Optional.empty(), 0);
        return new BatchResult(
                header.plan(),
                batch,
                AttemptId.create(),
                "f1",
                List.of(file),
                Optional.empty(),
                false,
                Optional.empty(),
                shares,
                Optional.empty(),
                Optional.empty());
    }

    private static DayStatus failure(List<Message> emitted) {
        assertThat(emitted).noneMatch(PublishTask.class::isInstance);
        assertThat(emitted).filteredOn(DiscardTask.class::isInstance).hasSize(1);
        return emitted.stream()
                .filter(DayStatus.class::isInstance)
                .map(DayStatus.class::cast)
                .filter(status -> status.state() == DayState.FAILED)
                .findFirst()
                .orElseThrow();
    }

    @Property(tries = 200)
    void anyOrderAndDuplicationOfResultsPublishesADayWhoseRowsWereTakenOnce(
            @ForAll @IntRange(min = 1, max = 12) int batches, @ForAll long seed) {
        Day day = new Day(batches, seed);
        List<Message> results = new ArrayList<>(day.results());
        results.addAll(day.results().subList(0, batches / 2));
        Collections.shuffle(results, new Random(seed));

        List<Message> emitted = day.fold(results);

        assertThat(emitted)
                .filteredOn(PublishTask.class::isInstance)
                .singleElement()
                .satisfies(task -> assertThat(((PublishTask) task).results()).isEmpty());
        assertThat(emitted.stream().filter(DayStatus.class::isInstance).map(DayStatus.class::cast))
                .last()
                .satisfies(status -> assertThat(List.of(status.routed(), status.filtered(), status.outside()))
                        .containsExactly(60L * 17, 60L * 2, 60L));
    }

    @Property(tries = 200)
    void aLostPieceFailsTheDayByTheNameOfItsSource(
            @ForAll @IntRange(min = 1, max = 12) int batches, @ForAll long seed) {
        Day day = new Day(batches, seed);
        SourceShare lost = day.lose();

        DayStatus failed = failure(day.fold(day.results()));

        assertThat(failed.failure().orElseThrow().object()).contains(lost.key());
        assertThat(failed.failure().orElseThrow().reason())
                .contains("rows of " + lost.key() + " do not add up: its footer has 600")
                .contains("which are 580");
    }

    @Property(tries = 200)
    void aPieceLostHereAndAnotherDoubledThereFailsTheDayThoughTheTotalsAgree(
            @ForAll @IntRange(min = 2, max = 12) int batches, @ForAll long seed) {
        Day day = new Day(batches, seed);
        SourceShare lost = day.lose();
        List<SourceShare> others = day.shares.stream()
                .flatMap(List::stream)
                .filter(share -> share.key().equals(lost.key()))
                .toList();
        day.shares.get(batches - 1).add(others.get(new Random(seed).nextInt(others.size())));

        DayStatus failed = failure(day.fold(day.results()));

        assertThat(failed.failure().orElseThrow().object()).contains(lost.key());
        assertThat(failed.failure().orElseThrow().reason()).contains("but some twice and others not at all");
    }

    @Test
    void aSourceThatNobodyReadFailsTheDay() {
        Day day = new Day(3, 1);
        day.planned = day.planned.plus("trades", 0, 2, "s2", "etag", ROWS);

        assertThat(failure(day.fold(day.results())).failure().orElseThrow().reason())
                .contains("did not read the sources that were planned");
    }

    @Test
    void rowsOutsideThatAreNotThosePlannedFailTheDay() {
        Day day = new Day(2, 1);
        PlanHeader counted = PlanHeaderBuilder.from(day.header)
                .sources(2)
                .rows(2L * ROWS)
                .outside(59L)
                .build();

        Optional<Failure> wrong = SharesCheck.wrong(counted, day.planned, day.shares);

        assertThat(wrong.orElseThrow().reason())
                .startsWith("60 rows were left out")
                .contains("planner counted 59");
    }

    @Test
    void aSourceOfTwoVersionsFailsTheDay() {
        Day day = new Day(2, 1);
        SourceShare lost = day.lose();
        day.shares
                .get(1)
                .add(new SourceShare("trades", lost.ordinal(), lost.key(), "other", 1, ROWS, 17, 2, 1, lost.numbers()));

        assertThat(failure(day.fold(day.results())).failure().orElseThrow().reason())
                .contains(lost.key())
                .contains("etag other");
    }

    @Test
    void aResultThatDoesNotSayWhatItTookFailsTheDay() {
        Day day = new Day(2, 1);

        DayStatus failed = failure(day.fold(List.of(result(day.header, 0, Optional.empty()))));

        assertThat(failed.failure().orElseThrow().reason()).contains("batch 0: its finalizer f1 does not say");
    }
}
