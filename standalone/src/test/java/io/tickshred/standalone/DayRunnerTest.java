package io.tickshred.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.fleet.Outbox;
import io.tickshred.message.DayStatus;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.Failure;
import io.tickshred.model.PlanId;
import io.tickshred.standalone.progress.DayProgress;
import io.tickshred.standalone.progress.ProgressView;
import io.tickshred.testkit.MemoryTransport;
import io.tickshred.testkit.Statuses;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.Topic;
import io.tickshred.transport.TransportException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DayRunnerTest {
    private static final PlanId OLD = PlanId.create(Instant.parse("2024-01-02T10:00:00Z"));
    private static final PlanId NEW = PlanId.create(Instant.parse("2024-01-02T11:00:00Z"));
    private static final LocalDate FIRST = LocalDate.of(2024, 1, 2);

    private final MemoryTransport transport = new MemoryTransport();
    private final RecordingView view = new RecordingView();

    @AfterEach
    void close() {
        transport.close();
    }

    @Test
    void daysRunAFewAtATimeAndEndInTheOrderOfTheRequests() throws Exception {
        answer(request -> List.of(
                status(request.day(), NEW, DayState.SHREDDING),
                request.date().equals(FIRST)
                        ? failed(request.day(), NEW, "bad object")
                        : status(request.day(), NEW, DayState.PUBLISHED)));

        List<DayProgress> ended =
                runner().run(List.of(request(0, false), request(1, false), request(2, false)), 1, view);

        assertThat(ended)
                .extracting(DayProgress::state)
                .containsExactly(DayState.FAILED, DayState.PUBLISHED, DayState.PUBLISHED);
        assertThat(view.mostRunning).isEqualTo(1);
    }

    @Test
    void whatAReplacedPlanStillSaysDoesNotEndAForcedRun() throws Exception {
        publish(status(request(0, true).day(), OLD, DayState.PUBLISHED));
        answer(request ->
                List.of(failed(request.day(), OLD, "superseded"), status(request.day(), NEW, DayState.PUBLISHED)));

        List<DayProgress> ended = runner().run(List.of(request(0, true)), 1, view);

        assertThat(ended).singleElement().satisfies(day -> {
            assertThat(day.state()).isEqualTo(DayState.PUBLISHED);
            assertThat(day.last().flatMap(DayStatus::plan)).contains(NEW);
        });
    }

    @Test
    void aDayThatIsPublishedAlreadyEndsWithThePlannersAnswerAndNotWithTheOldStatus() throws Exception {
        publish(status(request(0, false).day(), OLD, DayState.PUBLISHED));
        answer(request -> List.of(Statuses.of(request.day(), DayState.PUBLISHED, Instant.EPOCH)
                .chunksDone(1)
                .chunks(1)
                .batchesDone(1)
                .batches(1)
                .rows(1)
                .routed(1)
                .plan(OLD)
                .note("already published")
                .build()));

        List<DayProgress> ended = runner().run(List.of(request(0, false)), 1, view);

        assertThat(ended).singleElement().satisfies(day -> assertThat(day.last().flatMap(DayStatus::note))
                .contains("already published"));
    }

    @Test
    void aForcedRequestThatIsRefusedEndsTheWaitThoughTheStatusTellsOfWhatStands() throws Exception {
        DayStatus standing = status(request(0, true).day(), OLD, DayState.PUBLISHED);
        publish(standing);
        transport.process("planner", Set.of(Topic.PLAN_REQUESTS), false, new LogHandler() {
            @Override
            public Iterable<Outgoing> handle(Incoming record, boolean replaying) {
                Failure failure = new Failure("no table quotes", Optional.empty());
                return List.of(
                        Outbox.record(standing.withNote(Optional.of("a request was refused: no table quotes"))),
                        Outbox.deadLetter(
                                record,
                                failure,
                                Map.of("dataset", "trades", "date", FIRST.toString(), "plan", NEW.value())));
            }

            @Override
            public void forget(Topic topic, int partition) {}
        });

        List<DayProgress> ended = runner().run(List.of(request(0, true)), 1, view);

        assertThat(ended).singleElement().satisfies(day -> {
            assertThat(day.state()).isEqualTo(DayState.FAILED);
            assertThat(day.last().flatMap(DayStatus::failure))
                    .contains(new Failure("no table quotes", Optional.empty()));
        });
    }

    @Test
    void aFleetThatIsInTroubleEndsTheWait() {
        DayRunner runner =
                new DayRunner(transport, InstantSource.system(), () -> Optional.of("the planner died; see its log"));

        assertThatThrownBy(() -> runner.run(List.of(request(0, false)), 1, view))
                .isInstanceOf(TransportException.class)
                .hasMessage("the planner died; see its log");
    }

    @Test
    void aWaitThatNoPlannerAnswersIsSaidOnce() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2024-01-02T10:00:00Z"));
        DayRunner runner = new DayRunner(transport, now::get, () -> {
            now.updateAndGet(t -> t.plusSeconds(1));
            return now.get().isAfter(Instant.parse("2024-01-02T10:00:30Z")) ? Optional.of("enough") : Optional.empty();
        });

        assertThatThrownBy(() -> runner.run(List.of(request(0, false), request(1, false)), 2, view))
                .hasMessage("enough");

        assertThat(view.notes).singleElement().asString().startsWith("no planner has taken up trades/2024-01-02 yet");
    }

    private DayRunner runner() {
        return new DayRunner(transport, InstantSource.system(), Optional::empty);
    }

    /** A planner that answers each request with these statuses. */
    private void answer(Function<PlanRequest, List<DayStatus>> answers) {
        transport.process("planner", Set.of(Topic.PLAN_REQUESTS), false, new LogHandler() {
            @Override
            public Iterable<Outgoing> handle(Incoming record, boolean replaying) {
                try {
                    PlanRequest request = (PlanRequest)
                            new MessageCodec().decode(record.value().orElseThrow());
                    return answers.apply(request).stream().map(Outbox::record).toList();
                } catch (MalformedMessageException e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public void forget(Topic topic, int partition) {}
        });
    }

    private void publish(DayStatus status) throws Exception {
        try (Publisher publisher = transport.publisher()) {
            publisher.publish(List.of(Outbox.record(status)));
        }
    }

    private static PlanRequest request(int day, boolean force) {
        return PlanRequest.of("trades", FIRST.plusDays(day), force, List.of(), List.of());
    }

    private static DayStatus status(Day day, PlanId plan, DayState state) {
        return Statuses.of(day, state, Instant.EPOCH)
                .chunks(1)
                .batches(1)
                .rows(1)
                .plan(plan)
                .build();
    }

    private static DayStatus failed(Day day, PlanId plan, String reason) {
        return Statuses.of(day, DayState.FAILED, Instant.EPOCH)
                .chunks(1)
                .batches(1)
                .rows(1)
                .plan(plan)
                .failure(new Failure(reason, Optional.empty()))
                .build();
    }

    private static final class RecordingView implements ProgressView {
        private final List<String> notes = Collections.synchronizedList(new ArrayList<>());
        private long mostRunning;

        @Override
        public void show(Collection<DayProgress> days) {
            mostRunning = Math.max(
                    mostRunning,
                    days.stream().filter(day -> !day.state().ended()).count());
        }

        @Override
        public void note(String line) {
            notes.add(line);
        }

        @Override
        public void close() {}
    }
}
