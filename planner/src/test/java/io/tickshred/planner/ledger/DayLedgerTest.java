package io.tickshred.planner.ledger;

import static io.tickshred.planner.ledger.LedgerFixture.NOW;
import static io.tickshred.planner.ledger.LedgerFixture.failure;
import static io.tickshred.planner.ledger.LedgerFixture.fold;
import static io.tickshred.planner.ledger.LedgerFixture.opened;
import static io.tickshred.planner.ledger.LedgerFixture.staged;
import static io.tickshred.planner.ledger.LedgerFixture.tally;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.message.BatchMapClosed;
import io.tickshred.message.ChunkResult.Outcome;
import io.tickshred.message.DayComplete;
import io.tickshred.message.DayStatus;
import io.tickshred.message.DiscardTask;
import io.tickshred.message.Message;
import io.tickshred.message.PlanOpened;
import io.tickshred.message.PlanSuperseded;
import io.tickshred.message.ResultRange;
import io.tickshred.model.DayState;
import io.tickshred.model.Failure;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanHeaderBuilder;
import io.tickshred.model.PlanId;
import io.tickshred.model.SourceTally;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DayLedgerTest {
    @Property(tries = 200)
    void anyOrderAndAnyDuplicatesGiveTheSameDayOnce(
            @ForAll @IntRange(min = 1, max = 60) int chunks,
            @ForAll @IntRange(max = 100) int duplicates,
            @ForAll @IntRange(max = 20) int retries,
            @ForAll long seed) {
        Random random = new Random(seed);
        List<Message> results = new ArrayList<>();
        for (int c = 0; c < chunks; c++) {
            results.add(staged(c));
        }
        for (int d = 0; d < duplicates; d++) {
            // Another attempt at the chunk, or the same record once more.
            int chunk = random.nextInt(chunks);
            results.add(random.nextBoolean() ? staged(chunk) : results.get(chunk));
        }
        for (int r = 0; r < retries; r++) {
            results.add(failure(random.nextInt(chunks), Outcome.RETRYING, "lost its scratch"));
        }
        Collections.shuffle(results, random);
        List<Message> all = new ArrayList<>(List.of(opened(chunks)));
        all.addAll(results);
        all.add(opened(chunks));

        List<Message> published = fold(all);

        int last = lastFirstResult(all, chunks);
        long routed = 0;
        for (int c = 0; c < chunks; c++) {
            routed += 7 + c;
        }
        assertThat(of(DayComplete.class, published))
                .containsExactly(new DayComplete(
                        opened(chunks).header(),
                        new ResultRange(3, 100, 100 + last),
                        routed,
                        2L * chunks,
                        chunks,
                        50L * chunks));
        assertThat(published.get(published.size() - 1))
                .isInstanceOfSatisfying(
                        DayStatus.class, s -> assertThat(s.state()).isEqualTo(DayState.FINALIZING));
    }

    @Property(tries = 200)
    void replayFromTheStartGivesTheStateThatWasLeft(
            @ForAll @IntRange(min = 1, max = 40) int chunks, @ForAll @IntRange(max = 60) int cut, @ForAll long seed) {
        List<Message> messages = new ArrayList<>();
        for (int c = 0; c < chunks; c++) {
            messages.add(staged(c));
            messages.add(c % 5 == 0 ? failure(c, Outcome.RETRYING, "net") : staged(c));
        }
        Collections.shuffle(messages, new Random(seed));
        messages.add(0, opened(chunks));
        int until = Math.min(cut, messages.size());

        Optional<LedgerState> once = state(messages.subList(0, until));
        Optional<LedgerState> again = state(messages.subList(0, until));
        List<Message> rest = new ArrayList<>(messages.subList(0, until));
        rest.addAll(messages.subList(until, messages.size()));

        assertThat(again).isEqualTo(once);
        assertThat(of(DayComplete.class, fold(rest))).hasSize(1);
    }

    @Test
    void progressIsToldOnlyWhenTheWholePercentChanges() {
        List<Message> messages = new ArrayList<>(List.of(opened(1000)));
        for (int c = 0; c < 1000; c++) {
            messages.add(staged(c));
        }

        List<DayStatus> statuses = of(DayStatus.class, fold(messages));

        assertThat(statuses).hasSize(100);
        assertThat(statuses.subList(0, 99)).allMatch(s -> s.state() == DayState.SHREDDING && s.chunksDone() % 10 == 0);
    }

    @Test
    void aForcedRunThatFailsSaysThatWhatWasPublishedStands() {
        PlanOpened opened = opened(1);
        PlanId earlier = PlanId.create(NOW.minusSeconds(60));
        PlanHeader forced = PlanHeaderBuilder.from(opened.header())
                .replaces(earlier)
                .standing("s3://b/manifest.json")
                .build();

        List<Message> published = fold(
                List.of(new PlanOpened(forced, opened.sources()), failure(0, Outcome.FAILED, "key-0 is truncated")));

        DayStatus status = of(DayStatus.class, published).get(0);
        assertThat(status.state()).isEqualTo(DayState.FAILED);
        assertThat(status.manifest()).contains("s3://b/manifest.json");
        assertThat(status.note())
                .contains("what plan " + earlier + " published of the day still stands: s3://b/manifest.json");
    }

    @Test
    void aFailedChunkFailsTheDayOnceAndClosesThePlan() {
        List<Message> published = fold(List.of(
                opened(2),
                failure(1, Outcome.RETRYING, "no disk space"),
                failure(1, Outcome.FAILED, "key-1 is truncated"),
                failure(1, Outcome.FAILED, "key-1 is truncated"),
                failure(0, Outcome.FAILED, "another"),
                staged(0),
                staged(1)));

        assertThat(published).hasSize(3);
        DayStatus status = of(DayStatus.class, published).get(0);
        assertThat(status.state()).isEqualTo(DayState.FAILED);
        Failure failure = status.failure().orElseThrow();
        assertThat(failure.object()).contains("key-1");
        assertThat(failure.reason())
                .startsWith("key-1 is truncated (table trades, chunk 1, attempt ")
                .contains("attempts before: attempt ", "by w2: key-1: no disk space");
        assertThat(of(BatchMapClosed.class, published)).hasSize(1);
        assertThat(of(DiscardTask.class, published))
                .containsExactly(new DiscardTask(LedgerFixture.PLAN, LedgerFixture.DAY, false));
    }

    @Test
    void attemptsThatFailedForTheSameReasonAreToldOnce() {
        List<Message> published = fold(List.of(
                opened(1),
                failure(0, Outcome.RETRYING, "no disk space: /tmp/a1b2c3d4e5f6/x needs 100 bytes, 7 are free"),
                failure(0, Outcome.RETRYING, "no disk space: /tmp/0f0f0f0f0f0f/x needs 100 bytes, 9 are free"),
                failure(0, Outcome.RETRYING, "the store is away"),
                failure(
                        0,
                        Outcome.FAILED,
                        "no disk space: /tmp/123456789abc/x needs 100 bytes, 8 are free (attempt 4 of 4)")));

        String reason =
                of(DayStatus.class, published).get(0).failure().orElseThrow().reason();
        assertThat(reason)
                .startsWith(
                        "no disk space: /tmp/123456789abc/x needs 100 bytes, 8 are free (attempt 4 of 4) (table trades, chunk")
                .contains("; 3 attempts before, 2 of them for the same reason; attempt ", ": the store is away")
                .containsOnlyOnce("no disk space");
    }

    @Test
    void aTallyThatDoesNotAddUpFailsTheDayNamingTheObject() {
        SourceTally lost = tally(0, 6);

        List<Message> published = fold(List.of(opened(2), staged(0, lost, 6), staged(0), staged(1)));

        assertThat(of(DayComplete.class, published)).isEmpty();
        assertThat(of(DayStatus.class, published)).singleElement().satisfies(status -> {
            assertThat(status.failure().orElseThrow().object()).contains("key-0");
            assertThat(status.failure().orElseThrow().reason())
                    .contains("rows of key-0 do not add up: its footer has 10, but 6 routed + 2 filtered + 1 outside");
        });
    }

    @Test
    void aRunWithOtherRowsThanWereRoutedFailsTheDay() {
        List<Message> published = fold(List.of(opened(1), staged(0, tally(0, 7), 8)));

        assertThat(of(DayStatus.class, published)).singleElement().satisfies(status -> assertThat(
                        status.failure().orElseThrow().reason())
                .contains("the staged run has 8 rows, but 7 were routed from key-0"));
    }

    @Test
    void oneObjectReadTwiceInTheRoomOfAnotherFailsTheDayThoughTheTotalIsEqual() {
        // Both have 10 rows, so that only the identity of the sources tells.
        SourceTally wrong = new SourceTally(0, "key-0", "etag", 1000, 11, 8, 2, 1);

        List<Message> published = fold(List.of(opened(2), staged(0), staged(1, wrong, 8)));

        assertThat(of(DayComplete.class, published)).isEmpty();
        assertThat(of(DayStatus.class, published)).last().satisfies(status -> assertThat(
                        status.failure().orElseThrow().reason())
                .contains("not of the sources that were planned: 21 rows planned, 21 accounted for"));
    }

    @Test
    void rowsLeftOutAsOutsideOfTheUniverseMustBeThoseThatThePlannerCounted() {
        // Balanced, and with the right sources; but a listing's rows were taken for another's.
        SourceTally tally = new SourceTally(0, "key-0", "etag", 1000, 10, 6, 2, 2);

        List<Message> published = fold(List.of(opened(1), staged(0, tally, 6)));

        assertThat(of(DayComplete.class, published)).isEmpty();
        assertThat(of(DayStatus.class, published)).last().satisfies(status -> {
            assertThat(status.state()).isEqualTo(DayState.FAILED);
            assertThat(status.failure().orElseThrow().reason())
                    .startsWith("2 rows were left out as outside of the universe, but the planner counted 1");
        });
    }

    @Test
    void aChunkThatThePlanDoesNotHaveFailsTheDay() {
        List<Message> published = fold(List.of(opened(2), staged(2)));

        assertThat(of(DayStatus.class, published)).singleElement().satisfies(status -> assertThat(
                        status.failure().orElseThrow().reason())
                .contains("chunk 2", "is not of this plan, which has chunks 0 to 1"));
    }

    @Test
    void aSupersededPlanEndsWithoutAStatus() {
        PlanId newer = PlanId.create(LedgerFixture.NOW.plusSeconds(1));

        List<Message> published =
                fold(List.of(opened(2), new PlanSuperseded(LedgerFixture.PLAN, newer), staged(0), staged(1)));

        assertThat(published).hasSize(2);
        assertThat(of(BatchMapClosed.class, published)).hasSize(1);
        assertThat(of(DiscardTask.class, published)).hasSize(1);
    }

    @Test
    void resultsOfAPlanThatWasNeverOpenedAreIgnored() {
        assertThat(fold(List.of(staged(0), failure(0, Outcome.FAILED, "x")))).isEmpty();
    }

    private static Optional<LedgerState> state(List<Message> messages) {
        Optional<LedgerState> state = Optional.empty();
        for (int i = 0; i < messages.size(); i++) {
            state = DayLedger.decide(state, messages.get(i), 3, 100 + i, LedgerFixture.NOW)
                    .state();
        }
        return state;
    }

    /** Place of the record that brought the last missing chunk. */
    private static int lastFirstResult(List<Message> messages, int chunks) {
        java.util.BitSet seen = new java.util.BitSet();
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i) instanceof io.tickshred.message.ChunkResult r && r.outcome() == Outcome.STAGED) {
                seen.set(r.chunk());
                if (seen.cardinality() == chunks) {
                    return i;
                }
            }
        }
        throw new AssertionError("not all chunks are there");
    }

    private static <T> List<T> of(Class<T> type, List<Message> messages) {
        return messages.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
