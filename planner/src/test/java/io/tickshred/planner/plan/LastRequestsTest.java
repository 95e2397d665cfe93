package io.tickshred.planner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.fleet.Outbox;
import io.tickshred.message.PlanRequest;
import io.tickshred.message.RangeRequest;
import io.tickshred.model.Day;
import io.tickshred.model.RangeId;
import io.tickshred.model.RunMode;
import io.tickshred.testkit.MemoryTransport;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LastRequestsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final LocalDate DATE = LocalDate.of(2024, 1, 5);
    private static final Day DAY = new Day("us", DATE);

    private final MemoryTransport transport = new MemoryTransport();

    private void say(Outgoing... records) throws Exception {
        try (Publisher publisher = transport.publisher()) {
            publisher.publish(List.of(records));
        }
    }

    private static Outgoing text(String key, String body) {
        return Outgoing.of(Topic.PLAN_REQUESTS, key, body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theLastRequestForADayCountsWithItsTablesExclusionsAndMode() throws Exception {
        PlanRequest last = PlanRequest.of("us", DATE, true, List.of("trades"), List.of("a"))
                .in(Optional.of(RunMode.NAIVE));
        say(
                Outbox.record(PlanRequest.of("us", DATE, false, List.of(), List.of())),
                Outbox.record(PlanRequest.of("us", DATE.plusDays(1), false, List.of(), List.of())),
                Outbox.record(last));

        Optional<Map<Day, PlanRequest>> read = LastRequests.read(transport, DAY::equals, PATIENCE);

        assertThat(read).hasValue(Map.of(DAY, last));
    }

    @Test
    void whatAsksForNoDayIsPassedOver() throws Exception {
        say(
                text("us/2024-01-05", "{\"dataset\": \"us\", \"date\": \"2024-01-05\", \"mode\": \"naive\"}"),
                text("us/2024-01-05", "{"),
                Outbox.record(RangeRequest.of(new RangeId("us", DATE, DATE.plusDays(3)))));

        Optional<Map<Day, PlanRequest>> read = LastRequests.read(transport, day -> true, PATIENCE);

        assertThat(read)
                .hasValue(Map.of(
                        DAY,
                        PlanRequest.of("us", DATE, false, List.of(), List.of()).in(Optional.of(RunMode.NAIVE))));
    }
}
