package io.tickshred.standalone;

import io.tickshred.message.DayStatus;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.Failure;
import io.tickshred.model.PlanId;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Requests for days that planners refuse from now on, by their dead letters: of a day that is published or in progress
 * the status goes on to tell of the plan that stands, and a refused request to run it again is told of by these alone.
 */
final class Refusals implements AutoCloseable {
    /** For a status that tells of the refusal too, and of more: both are written at once. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private record Refusal(DayStatus failed, Instant heardAt) {}

    private final InstantSource clock;
    private final Map<Day, Refusal> newest = new ConcurrentHashMap<>();
    private final Transport.View letters;

    Refusals(Transport transport, InstantSource clock) {
        this.clock = clock;
        letters = transport.view(Topic.DEAD_LETTERS, clock.instant(), this::hear);
    }

    private void hear(Incoming letter) {
        Map<String, String> headers = letter.headers();
        String plan = headers.get("plan");
        String dataset = headers.get("dataset");
        String date = headers.get("date");
        if (!Topic.PLAN_REQUESTS.baseName().equals(headers.get("source-topic"))
                || plan == null
                || dataset == null
                || date == null) {
            return; // a task's, or of a request that nobody understood
        }
        Day day = new Day(dataset, LocalDate.parse(date));
        DayStatus failed = DayStatus.bare(day, DayState.FAILED, letter.writtenAt())
                .plan(new PlanId(plan))
                .failure(new Failure(
                        headers.getOrDefault("reason", "no reason was given"),
                        Optional.ofNullable(headers.get("object"))))
                .note("the request was refused, and the day is as it was")
                .build();
        newest.merge(
                day,
                new Refusal(failed, clock.instant()),
                (one, other) -> one.failed().isOlderThan(other.failed()) ? other : one);
    }

    /** What became of a request for a day, if it was refused as a plan that is newer than another. */
    Optional<DayStatus> of(Day day, PlanId newerThan) {
        return Optional.ofNullable(newest.get(day))
                .filter(refusal -> refusal.heardAt().plus(GRACE).isBefore(clock.instant()))
                .map(Refusal::failed)
                .filter(failed -> failed.plan()
                        .filter(plan -> plan.compareTo(newerThan) > 0)
                        .isPresent());
    }

    @Override
    public void close() {
        letters.close();
    }
}
