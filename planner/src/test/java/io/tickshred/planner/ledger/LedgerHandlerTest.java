package io.tickshred.planner.ledger;

import static io.tickshred.planner.ledger.LedgerFixture.opened;
import static io.tickshred.planner.ledger.LedgerFixture.staged;
import static io.tickshred.planner.ledger.LedgerFixture.tally;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tickshred.message.DayComplete;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LedgerHandlerTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final LedgerHandler ledger = new LedgerHandler(Clock.fixed(LedgerFixture.NOW, ZoneOffset.UTC), registry);

    @Test
    void aReplayedLogSaysNothingButLeavesTheStateThatTheNextRecordNeeds() {
        List<Outgoing> replayed = new ArrayList<>();
        replayed.addAll(handle(record(opened(2), 0), true));
        replayed.addAll(handle(record(staged(0), 1), true));

        List<Outgoing> live = handle(record(staged(1), 2), false);

        assertThat(replayed).isEmpty();
        assertThat(LedgerFixture.decode(live)).hasAtLeastOneElementOfType(DayComplete.class);
    }

    @Test
    void aForgottenPartitionStartsAgainFromNothing() {
        handle(record(opened(2), 0), false);
        assertThat(registry.get("tickshred.ledger.plans.open").gauge().value()).isEqualTo(1);

        ledger.forget(Topic.CHUNK_RESULTS, 3);

        assertThat(handle(record(staged(0), 1), false)).isEmpty();
        assertThat(registry.get("tickshred.ledger.plans.open").gauge().value()).isZero();
    }

    @Test
    void aResultThatDoesNotAddUpGoesToTheDeadLettersWithItsReason() {
        handle(record(opened(1), 0), false);

        List<Outgoing> live = handle(record(staged(0, tally(0, 6), 6), 1), false);

        assertThat(live)
                .filteredOn(r -> r.topic() == Topic.DEAD_LETTERS)
                .singleElement()
                .satisfies(letter -> assertThat(letter.headers())
                        .containsEntry("dataset", "equity")
                        .containsEntry("date", "2013-10-07")
                        .containsEntry("object", "key-0")
                        .containsKey("reason"));
        assertThat(registry.get("tickshred.ledger.plans.ended")
                        .tag("end", "failed")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void whatIsNoMessageGoesToTheDeadLettersAsItIs() {
        byte[] garbage = "{not json".getBytes(StandardCharsets.UTF_8);

        List<Outgoing> live =
                handle(new Incoming(Topic.CHUNK_RESULTS, 3, 0, "k", Optional.of(garbage), Map.of()), false);

        assertThat(live).singleElement().satisfies(letter -> {
            assertThat(letter.topic()).isEqualTo(Topic.DEAD_LETTERS);
            assertThat(letter.value()).contains(garbage);
        });
    }

    private List<Outgoing> handle(Incoming record, boolean replaying) {
        List<Outgoing> records = new ArrayList<>();
        ledger.handle(record, replaying).forEach(records::add);
        return records;
    }

    private static Incoming record(Message message, long offset) {
        return new Incoming(
                Topic.CHUNK_RESULTS,
                3,
                offset,
                LedgerFixture.PLAN.value(),
                Optional.of(new MessageCodec().encode(message)),
                Map.of());
    }
}
