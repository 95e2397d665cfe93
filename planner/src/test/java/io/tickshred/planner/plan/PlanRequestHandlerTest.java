package io.tickshred.planner.plan;

import static io.tickshred.planner.plan.DayFixture.DATE;
import static io.tickshred.planner.plan.DayFixture.dataset;
import static io.tickshred.planner.plan.DayFixture.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tickshred.config.Datasets;
import io.tickshred.fleet.Outbox;
import io.tickshred.message.DayStatus;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanOpened;
import io.tickshred.message.PlanRequest;
import io.tickshred.message.PlanSuperseded;
import io.tickshred.message.RangeAnswer;
import io.tickshred.message.RangeAnswer.Answer;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.Failure;
import io.tickshred.model.Manifest;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanId;
import io.tickshred.model.RangeId;
import io.tickshred.planner.status.DayStatuses;
import io.tickshred.planner.status.PlanStatus;
import io.tickshred.testkit.Await;
import io.tickshred.testkit.Manifests;
import io.tickshred.testkit.MemoryTransport;
import io.tickshred.testkit.Statuses;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanRequestHandlerTest {
    private static final Day DAY = new Day("equity", DATE);
    private static final Instant PUBLISHED_AT = Instant.parse("2026-01-02T03:04:05Z");
    private static final String MANIFEST = "memory://test/equity/2013-10-07/manifest.json";
    private static final MessageCodec CODEC = new MessageCodec();

    @TempDir
    private Path directory;

    private final MemoryTransport transport = new MemoryTransport();
    private final DayStatuses days = new DayStatuses();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private DayFixture day;
    private Publisher publisher;
    private Transport.Running running;

    @BeforeEach
    void start() {
        day = new DayFixture(directory);
        day.trades("XNAS", 0, 1000, 1, 5);
        days.follow(transport);
        publisher = transport.publisher();
        running = transport.process("planner", Set.of(Topic.PLAN_REQUESTS), false, handler());
    }

    private PlanRequestHandler handler() {
        return new PlanRequestHandler(
                Datasets.of(List.of(dataset(table("trades", 400)))),
                day.planner(),
                new PublishedDays(day.stores()),
                days,
                publisher,
                Clock.systemUTC(),
                registry);
    }

    @AfterEach
    void stop() {
        running.close();
        days.close();
        publisher.close();
    }

    @Test
    void aRequestBecomesMapTasksAndAnOpenPlan() throws Exception {
        request(false);

        DayStatus status = await(DayState.SHREDDING);
        PlanHeader header = opened().get(0).header();
        assertThat(status.plan()).contains(header.plan());
        assertThat(status.chunks()).isEqualTo(header.chunks()).isEqualTo(1);
        assertThat(status.note().orElseThrow()).contains("1000 rows of 1 object in 1 chunk, 5 listings in 3 batches");
        assertThat(transport.broker().records(Topic.BATCH_MAPS)).hasSize(header.mapParts());
        assertThat(transport.broker().records(Topic.CHUNK_TASKS))
                .extracting(Incoming::key)
                .containsExactly(header.plan() + "/0");
        assertThat(statuses()).extracting(DayStatus::state).containsExactly(DayState.PLANNING, DayState.SHREDDING);
    }

    @Test
    void aRequestByHandUnderAnotherKeyAndWithoutTypeIsPassedOnUnderItsOwn() throws Exception {
        String text = "{\"dataset\": \"equity\", \"date\": \"2013-10-07\"}";
        publisher.publish(List.of(Outgoing.of(Topic.PLAN_REQUESTS, "", text.getBytes(StandardCharsets.UTF_8))));

        await(DayState.SHREDDING);

        assertThat(transport.broker().records(Topic.PLAN_REQUESTS))
                .extracting(Incoming::key)
                .containsExactlyInAnyOrder("", "equity/2013-10-07");
        assertThat(opened()).hasSize(1);
    }

    /** A record that no broker takes would be made again and again. */
    @Test
    void aPlanWhoseRecordsWouldBeTooLargeFailsTheDayInsteadOfBeingTriedForEver() throws Exception {
        List<String> exclude = new ArrayList<>();
        for (int object = 0; object < 6980; object++) {
            String key = DayFixture.tradesKey("X" + "y".repeat(100) + object, 0);
            day.input.put(key, new byte[] {1});
            exclude.add(key);
        }
        publisher.publish(List.of(Outbox.record(PlanRequest.of("equity", DATE, false, List.of(), exclude))));

        DayStatus status = await(DayState.FAILED);

        assertThat(status.failure().orElseThrow().reason())
                .startsWith("the plan would have a record of ")
                .contains("its request excludes 6980 objects")
                .hasSizeLessThan(400);
        assertThat(transport.broker().records(Topic.CHUNK_TASKS)).isEmpty();
        assertThat(transport.broker().records(Topic.BATCH_MAPS)).isEmpty();
        assertThat(transport.broker().records(Topic.DEAD_LETTERS))
                .singleElement()
                .satisfies(letter -> assertThat(letter.headers().get("left-out"))
                        .matches("10[0-9]{5} bytes, at offset 0 of partition [0-9]+"));
    }

    @Test
    void aDayInProgressIsNotPlannedAgain() throws Exception {
        request(false);
        request(false);

        await(DayState.SHREDDING);
        awaitRequests("duplicate", 1);

        assertThat(opened()).hasSize(1);
        assertThat(statuses()).hasSize(2);
    }

    @Test
    void aDayWhosePlanIsNotYetCommittedIsInProgressUntilItsPartitionIsForgotten() throws Exception {
        PlanRequestHandler handler = handler();

        assertThat(handler.handle(requestRecord(0, false), false)).isNotEmpty();
        await(DayState.PLANNING);
        assertThat(handler.handle(requestRecord(1, false), false)).isEmpty();

        handler.forget(Topic.PLAN_REQUESTS, 1);
        assertThat(handler.handle(requestRecord(1, false), false)).isEmpty();
        handler.forget(Topic.PLAN_REQUESTS, 2);
        assertThat(handler.handle(requestRecord(0, false), false))
                .as("the transaction was aborted")
                .isNotEmpty();
    }

    @Test
    void forceSupersedesAPlanThatIsNotYetCommitted() throws Exception {
        PlanRequestHandler handler = handler();

        handler.handle(requestRecord(0, false), false);
        PlanId old = await(DayState.PLANNING).plan().orElseThrow();
        handler.handle(requestRecord(1, true), false);

        assertThat(of(PlanSuperseded.class, Topic.CHUNK_RESULTS))
                .singleElement()
                .satisfies(superseded -> assertThat(superseded.plan()).isEqualTo(old));
    }

    private static Incoming requestRecord(long offset, boolean force) {
        Outgoing request = Outbox.record(PlanRequest.of("equity", DATE, force, List.of(), List.of()));
        return new Incoming(Topic.PLAN_REQUESTS, 2, offset, request.key(), request.value(), Map.of());
    }

    @Test
    void forceSupersedesThePlanInProgress() throws Exception {
        request(false);
        await(DayState.SHREDDING);
        PlanId old = opened().get(0).header().plan();

        request(true);
        awaitRequests("planned", 2);
        Await.until("a second plan", () -> opened().size() == 2);

        PlanHeader header = opened().stream()
                .map(PlanOpened::header)
                .max(java.util.Comparator.comparing(PlanHeader::plan))
                .orElseThrow();
        assertThat(header.plan()).isGreaterThan(old);
        assertThat(header.replaces()).contains(old);
        assertThat(of(PlanSuperseded.class, Topic.CHUNK_RESULTS))
                .containsExactly(new PlanSuperseded(old, header.plan()));
        assertThat(of(PlanSuperseded.class, Topic.BATCH_RESULTS)).hasSize(1);
    }

    @Test
    void aPublishedDayIsAnsweredWithItsManifestAndANote() throws Exception {
        PlanId owner = publish();

        request(false);

        DayStatus status = await(DayState.PUBLISHED);
        assertThat(status.plan()).contains(owner);
        assertThat(status.rows()).isEqualTo(10);
        assertThat(status.manifest()).contains("memory://test/equity/2013-10-07/manifest.json");
        assertThat(status.note().orElseThrow())
                .isEqualTo("published before by plan " + owner + "; force runs it again");
        assertThat(status.at()).as("not when it was asked for").isEqualTo(PUBLISHED_AT);
        assertThat(opened()).isEmpty();
    }

    /** The second half of a fingerprint is of how a day is cut and staged, which its bytes do not tell. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0123456776543210 | ''",
                "fedcba9876543210 | ', of another definition of the dataset (or another input)'"
            })
    void aDayThatAnotherDefinitionPublishedIsSaidToBeOne(String fingerprint, String of) throws Exception {
        PlanId owner = publish(fingerprint);

        request(false);

        assertThat(await(DayState.PUBLISHED).note())
                .contains("published before by plan " + owner + of + "; force runs it again");
        assertThat(opened()).isEmpty();
    }

    @Test
    void aForcedRunThatFailsSaysThatWhatWasPublishedStands() throws Exception {
        PlanId owner = publish();

        requestWithout("nope");

        DayStatus status = await(DayState.FAILED);
        assertThat(status.failure().orElseThrow().reason()).contains("nope");
        assertThat(status.manifest()).contains(MANIFEST);
        assertThat(status.note()).contains("what plan " + owner + " published of the day still stands: " + MANIFEST);
    }

    @Test
    void aFailureBeforeTheStoreIsAskedForgetsNotWhatStands() throws Exception {
        publish();
        requestWithout("nope");
        DayStatus first = await(DayState.FAILED);

        publisher.publish(List.of(Outbox.record(PlanRequest.of("equity", DATE, true, List.of("quotes"), List.of()))));
        awaitRequests("failed", 2);
        Await.until("the second failure", () -> !days.find(DAY).equals(Optional.of(first)));

        DayStatus second = await(DayState.FAILED);
        assertThat(second.failure().orElseThrow().reason()).contains("no table quotes");
        assertThat(second.manifest()).isEqualTo(first.manifest());
        assertThat(second.note()).isEqualTo(first.note());
    }

    @Test
    void aPublishedDayWhoseForcedRunFailedIsPublishedAgainForAPlainRequest() throws Exception {
        PlanId owner = publish();
        requestWithout("nope");
        PlanId failed = await(DayState.FAILED).plan().orElseThrow();

        request(false);

        DayStatus status = await(DayState.PUBLISHED);
        assertThat(status.plan()).contains(owner);
        assertThat(status.overrules()).contains(failed);
        assertThat(status.failure()).isEmpty();
        assertThat(status.rows()).isEqualTo(10);
        assertThat(status.manifest()).contains(MANIFEST);
        assertThat(status.note()).contains("published before by plan " + owner + "; force runs it again");
        assertThat(opened()).isEmpty();
    }

    @Test
    void aDayThatWasTakenBackFromAFailureIsRunAgainByForce() throws Exception {
        PlanId owner = publish();
        requestWithout("nope");
        PlanId failed = await(DayState.FAILED).plan().orElseThrow();
        request(false);
        await(DayState.PUBLISHED);

        request(true);

        assertThat(await(DayState.SHREDDING).plan().orElseThrow()).isGreaterThan(failed);
        assertThat(opened().get(0).header().replaces()).contains(owner);
    }

    @Test
    void aPlannerThatDiedInAForcedRunDoesNotHideWhatIsPublished() throws Exception {
        PlanId owner = publish();
        PlanId dead = PlanId.create(Instant.now().plusSeconds(30));
        publisher.publish(List.of(Outbox.record(PlanStatus.planning(DAY, dead, Instant.now()))));

        request(false);

        assertThat(await(DayState.PUBLISHED).plan()).contains(owner);
    }

    /** Its manifest was written by an attempt of which nobody heard. */
    @Test
    void aDayThatFailedWhilePublishingIsPublishedIfItsManifestIsThere() throws Exception {
        PlanId owner = publish();
        Failure failure = new Failure("publishing: x", Optional.empty());
        publisher.publish(
                List.of(Outbox.record(PlanStatus.failed(DAY, owner, failure, Optional.empty(), Instant.now()))));

        request(false);

        assertThat(await(DayState.PUBLISHED).failure()).isEmpty();
    }

    @Test
    void neitherADuplicateNorARefusedRequestMovesTheEndOfADay() throws Exception {
        DayStatus ended = Statuses.of(DAY, DayState.PUBLISHED, PUBLISHED_AT.plusSeconds(1))
                .chunks(1)
                .batches(1)
                .rows(10)
                .plan(publish())
                .build();
        publisher.publish(List.of(Outbox.record(ended)));

        request(false);
        awaitNote("published before");
        DayStatus duplicate = days.find(DAY).orElseThrow();
        publisher.publish(List.of(Outbox.record(PlanRequest.of("equity", DATE, true, List.of("quotes"), List.of()))));
        awaitNote("a request was refused");

        assertThat(List.of(duplicate, days.find(DAY).orElseThrow()))
                .allSatisfy(
                        status -> assertThat(status.withNote(Optional.empty())).isEqualTo(ended));
    }

    private void awaitNote(String text) throws InterruptedException {
        Await.until(text, () -> days.find(DAY)
                .flatMap(DayStatus::note)
                .filter(note -> note.startsWith(text))
                .isPresent());
    }

    private void requestWithout(String key) throws Exception {
        publisher.publish(List.of(Outbox.record(PlanRequest.of("equity", DATE, true, List.of(), List.of(key)))));
    }

    @Test
    void forceReplacesAPublishedDay() throws Exception {
        PlanId owner = publish();

        request(true);

        await(DayState.SHREDDING);
        assertThat(opened().get(0).header().replaces()).contains(owner);
        assertThat(opened().get(0).header().standing()).contains(MANIFEST);
    }

    @Test
    void aDayThatCannotBePlannedFailsWithADeadLetter() throws Exception {
        day.input.put(DayFixture.tradesKey("XNYS", 0), new byte[0]);

        request(false);

        DayStatus status = await(DayState.FAILED);
        Failure failure = status.failure().orElseThrow();
        assertThat(failure.object()).contains(DayFixture.tradesKey("XNYS", 0));
        Await.until("a dead letter", () -> !letters().isEmpty());
        assertThat(letters()).singleElement().satisfies(letter -> {
            assertThat(letter.key()).isEqualTo("equity/2013-10-07");
            assertThat(letter.headers())
                    .containsEntry("reason", failure.reason())
                    .containsEntry("dataset", "equity")
                    .containsEntry("date", "2013-10-07")
                    .containsEntry("object", DayFixture.tradesKey("XNYS", 0))
                    .containsEntry("source-topic", "plan-requests");
        });
        assertThat(opened()).isEmpty();
    }

    @Test
    void aFailedDayMayBeAskedForAgain() throws Exception {
        day.input.put(DayFixture.tradesKey("XNYS", 0), new byte[0]);
        request(false);
        await(DayState.FAILED);
        day.trades("XNYS", 0, 10, 1, 1);

        request(false);

        assertThat(await(DayState.SHREDDING).rows()).isEqualTo(1010);
    }

    @Test
    void aPlannerThatDiedWhilePlanningDoesNotBlockTheDay() throws Exception {
        PlanId dead = PlanId.create(Instant.now().plusSeconds(30));
        publisher.publish(List.of(Outbox.record(PlanStatus.planning(DAY, dead, Instant.now()))));

        request(false);

        assertThat(await(DayState.SHREDDING).plan().orElseThrow())
                .as("above the last plan, though its clock ran ahead")
                .isGreaterThan(dead);
    }

    @Test
    void anUnknownDatasetOrTableFailsWithThoseThereAre() throws Exception {
        publisher.publish(List.of(
                Outbox.record(PlanRequest.of("futures", DATE, false, List.of(), List.of())),
                Outbox.record(PlanRequest.of("equity", DATE, false, List.of("quotes"), List.of()))));

        Await.until("two dead letters", () -> letters().size() == 2);

        assertThat(letters())
                .extracting(letter -> letter.headers().get("reason"))
                .anySatisfy(reason -> assertThat(reason).startsWith("there is no dataset futures; there are: equity"))
                .anySatisfy(
                        reason -> assertThat(reason).startsWith("dataset equity has no table quotes; it has: trades"));
    }

    @Test
    void aRefusedRequestDoesNotDisturbADayInProgress() throws Exception {
        request(false);
        await(DayState.SHREDDING);

        publisher.publish(List.of(Outbox.record(PlanRequest.of("equity", DATE, true, List.of("quotes"), List.of()))));

        Await.until("a dead letter", () -> letters().size() == 1);
        assertThat(of(PlanSuperseded.class, Topic.CHUNK_RESULTS)).isEmpty();
        assertThat(statuses()).noneMatch(s -> s.state() == DayState.FAILED);
    }

    @Test
    void whatIsNoRequestGoesToTheDeadLettersAsItIs() throws Exception {
        for (String text : List.of(
                "",
                "{",
                "[]",
                "{\"dataset\": \"equity\"}",
                "{\"type\": \"day-status\"}",
                "{\"dataset\": \"../x\", \"date\": \"2013-10-07\"}",
                "{\"dataset\": \"equity\", \"date\": \"2013-10-07\", \"exlude\": [\"x\"]}",
                "{\"dataset\": \"equity\", \"date\": \"7.10.2013\"}")) {
            publisher.publish(List.of(Outgoing.of(Topic.PLAN_REQUESTS, "k", text.getBytes(StandardCharsets.UTF_8))));
        }

        Await.until("eight dead letters", () -> letters().size() == 8);

        assertThat(letters())
                .allSatisfy(letter -> assertThat(letter.headers().get("reason")).isNotBlank());
        request(false);
        await(DayState.SHREDDING);
    }

    private PlanId publish() throws Exception {
        return publish(dataset(table("trades", 400)).fingerprint());
    }

    private PlanId publish(String fingerprint) throws Exception {
        PlanId plan = PlanId.create(PUBLISHED_AT);
        Manifest manifest = Manifests.of(DAY, plan, PUBLISHED_AT)
                .fingerprint(fingerprint)
                .rows(10)
                .routed(10)
                .build();
        day.output.put(ObjectKeys.manifest(DAY), MessageCodec.newMapper().writeValueAsBytes(manifest));
        return plan;
    }

    private void request(boolean force) throws Exception {
        publisher.publish(List.of(Outbox.record(PlanRequest.of("equity", DATE, force, List.of(), List.of()))));
    }

    @Test
    void aRangeIsAnsweredInTheTransactionOfThePlanAndWhenTheDayIsInProgress() throws Exception {
        ask(DATE, false);
        ask(DATE, false);

        awaitRequests("duplicate", 1);
        Await.until("both answers", () -> answers().size() == 2);

        PlanId plan = opened().get(0).header().plan();
        assertThat(answers())
                .containsExactly(
                        new RangeAnswer(RANGE, DATE, Answer.RUNNING, Optional.of(plan), Optional.empty()),
                        new RangeAnswer(RANGE, DATE, Answer.RUNNING, Optional.of(plan), Optional.empty()));
    }

    @Test
    void aRangeIsToldWhyADayCouldNotBePlannedOrThatItHasNoObjects() throws Exception {
        ask(DATE.plusDays(1), false);
        awaitRequests("failed", 1);
        ask(DATE.plusDays(1), true);
        awaitRequests("empty", 1);
        ask(DATE, true);
        await(DayState.SHREDDING);

        assertThat(answers())
                .extracting(RangeAnswer::answer)
                .containsExactly(Answer.FAILED, Answer.EMPTY, Answer.RUNNING);
        assertThat(answers().get(0).failure().orElseThrow().reason()).contains("no object of table trades");
        assertThat(statuses())
                .as("an empty day leaves no status")
                .extracting(status -> status.day().date(), DayStatus::state)
                .containsExactlyInAnyOrder(
                        tuple(DATE.plusDays(1), DayState.PLANNING),
                        tuple(DATE.plusDays(1), DayState.FAILED),
                        tuple(DATE, DayState.PLANNING),
                        tuple(DATE, DayState.SHREDDING));
    }

    @Test
    void aRequestWithoutARangeIsAnsweredToNone() throws Exception {
        request(false);

        await(DayState.SHREDDING);

        assertThat(transport.broker().records(Topic.RANGE_EVENTS)).isEmpty();
    }

    private static final RangeId RANGE = new RangeId("equity", DATE, DATE.plusDays(6));

    private void ask(LocalDate date, boolean skipEmpty) throws Exception {
        publisher.publish(List.of(Outbox.record(new PlanRequest(
                "equity",
                date,
                false,
                List.of(),
                List.of(),
                Optional.of(new PlanRequest.ForRange(RANGE, skipEmpty))))));
    }

    private List<RangeAnswer> answers() {
        return of(RangeAnswer.class, Topic.RANGE_EVENTS);
    }

    private DayStatus await(DayState state) throws InterruptedException {
        Await.until(
                state.toString(),
                () -> days.find(DAY).filter(s -> s.state() == state).isPresent(),
                () -> days.find(DAY));
        return days.find(DAY).orElseThrow();
    }

    private void awaitRequests(String outcome, int count) throws InterruptedException {
        Await.until(
                count + " requests " + outcome,
                () -> registry.get("tickshred.plan.requests")
                                .tag("outcome", outcome)
                                .counter()
                                .count()
                        == count);
    }

    private List<Incoming> letters() {
        return transport.broker().records(Topic.DEAD_LETTERS);
    }

    private List<PlanOpened> opened() {
        return of(PlanOpened.class, Topic.CHUNK_RESULTS);
    }

    private List<DayStatus> statuses() {
        return of(DayStatus.class, Topic.DAY_STATUS);
    }

    private <T extends Message> List<T> of(Class<T> type, Topic topic) {
        return transport.broker().records(topic).stream()
                .map(record -> decode(record.value().orElseThrow()))
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    private static Message decode(byte[] value) {
        try {
            return CODEC.decode(value);
        } catch (Exception e) {
            throw new AssertionError("the planner published what cannot be read", e);
        }
    }
}
