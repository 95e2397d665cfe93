package io.tickshred.planner.range;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tickshred.fleet.Outbox;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.RangeOpened;
import io.tickshred.message.RangeRequest;
import io.tickshred.message.RangeStop;
import io.tickshred.model.RangeId;
import io.tickshred.model.WeekendRule;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Topic;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RangeLedgerHandlerTest {
    private static final RangeId RANGE = RangeId.parse("equity/2024-01-01..2024-01-03");

    private final RangeLedgerHandler handler = new RangeLedgerHandler(Clock.fixed(RangeSimulation.NOW, ZoneOffset.UTC));
    private final Logger log = (Logger) LoggerFactory.getLogger(RangeLedgerHandler.class);
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();
    private @Nullable Level before;

    @BeforeEach
    void listen() {
        before = log.getLevel();
        log.setLevel(Level.INFO);
        events.start();
        log.addAppender(events);
    }

    @AfterEach
    void stopListening() {
        log.detachAppender(events);
        log.setLevel(before);
    }

    @Test
    void aRangeIsToldToStopOnceAndOnlyWhileItIsInProgress() {
        say(new RangeStop(RANGE), false);
        say(
                new RangeOpened(
                        RangeRequest.of(RANGE),
                        WeekendRule.AUTO,
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        RangeSimulation.NOW),
                false);
        List<String> early = lines();

        say(new RangeStop(RANGE), false);
        say(new RangeStop(RANGE), false);

        assertThat(early).as("there was nothing to stop").isEmpty();
        assertThat(lines()).singleElement().asString().startsWith("Range told to stop");
    }

    @Test
    void whatIsReplayedIsNotLogged() {
        say(
                new RangeOpened(
                        RangeRequest.of(RANGE),
                        WeekendRule.AUTO,
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        RangeSimulation.NOW),
                true);

        say(new RangeStop(RANGE), true);

        assertThat(lines()).isEmpty();
    }

    private List<String> lines() {
        return events.list.stream().map(ILoggingEvent::getMessage).toList();
    }

    private void say(Message message, boolean replaying) {
        Outgoing record = Outbox.rangeEvent("equity", new MessageCodec().encode(message));
        handler.handle(new Incoming(Topic.RANGE_EVENTS, 0, 0, record.key(), record.value(), Map.of()), replaying);
    }
}
