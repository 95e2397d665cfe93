package io.tickshred.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tickshred.finalizer.ledger.BatchLedgerHandler;
import io.tickshred.log.JsonLayout;
import io.tickshred.message.BatchResult;
import io.tickshred.message.BatchesOpened;
import io.tickshred.message.DayComplete;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.AttemptId;
import io.tickshred.model.BatchFile;
import io.tickshred.model.Failure;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.Proof;
import io.tickshred.model.RowNumbers;
import io.tickshred.model.SourceShare;
import io.tickshred.model.SourcesHash;
import io.tickshred.testkit.Plans;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Topic;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the ledger of batches tells people of a day that it fails, in its log and the dead letters. */
class BatchLedgerLogTest {
    private static final MessageCodec CODEC = new MessageCodec();

    private final PlanHeader header = Plans.header(1, 0);
    private final BatchLedgerHandler handler =
            new BatchLedgerHandler(Clock.fixed(Plans.NOON, ZoneOffset.UTC), new SimpleMeterRegistry());
    private final Logger logger =
            ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(BatchLedgerHandler.class);
    private final List<String> logged = new ArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        private final JsonLayout layout = new JsonLayout();

        @Override
        protected void append(ILoggingEvent event) {
            logged.add(layout.doLayout(event));
        }
    };

    private long offset;

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        appender.start();
        logger.addAppender(appender);
        SourcesHash planned = SourcesHash.ZERO.plus("trades", 0, 0, "s0", "etag", 600);
        handle(new BatchesOpened(DayComplete.naive(header), Optional.of(planned)));
    }

    @AfterEach
    void leave() {
        logger.detachAppender(appender);
    }

    private List<Outgoing> handle(Message message) {
        List<Outgoing> records = new ArrayList<>();
        handler.handle(
                        new Incoming(
                                Topic.BATCH_RESULTS,
                                0,
                                offset++,
                                header.plan().value(),
                                Optional.of(CODEC.encode(message)),
                                Map.of(),
                                Plans.NOON),
                        false)
                .forEach(records::add);
        return records;
    }

    private BatchResult result(Optional<List<SourceShare>> shares, Optional<Failure> failure) {
        BatchFile file = new BatchFile("trades", 0, "k0", 1, "00", Proof.EMPTY, Optional.empty(), Optional.empty(), 0);
        return new BatchResult(
                header.plan(),
                0,
                AttemptId.create(),
                "f1",
                failure.isPresent() ? List.of() : List.of(file),
                failure,
                false,
                Optional.empty(),
                shares,
                Optional.empty(),
                Optional.empty());
    }

    private static List<Outgoing> deadLetters(List<Outgoing> records) {
        return records.stream()
                .filter(record -> record.topic() == Topic.DEAD_LETTERS)
                .toList();
    }

    @Test
    void aDayWhoseSharesDoNotAddUpIsLoggedByItsObjectAndGoesToTheDeadLetters() {
        SourceShare share = new SourceShare("trades", 0, "s0", "etag", 1, 600, 580, 0, 0, RowNumbers.range(0, 580));

        List<Outgoing> records = handle(result(Optional.of(List.of(share)), Optional.empty()));

        assertThat(logged).singleElement().asString().contains("\"object\":\"s0\"", "rows of s0 do not add up");
        assertThat(deadLetters(records)).singleElement().satisfies(letter -> assertThat(letter.headers())
                .containsEntry("object", "s0")
                .containsEntry("plan", header.plan().value())
                .containsEntry("dataset", header.day().dataset())
                .containsEntry("date", header.day().date().toString())
                .containsEntry("source-topic", "batch-results")
                .hasEntrySatisfying("reason", reason -> assertThat(reason).contains("rows of s0 do not add up")));
    }

    @Test
    void aResultThatDoesNotSayWhichRowsItTookIsLoggedWithTheReasonAndGoesToTheDeadLetters() {
        List<Outgoing> records = handle(result(Optional.empty(), Optional.empty()));

        assertThat(logged).singleElement().asString().contains("its finalizer f1 does not say which rows it took");
        assertThat(deadLetters(records)).hasSize(1);
    }

    @Test
    void aFailedTaskIsLoggedHereAndIsInTheDeadLettersByWhoeverRanIt() {
        List<Outgoing> records =
                handle(result(Optional.empty(), Optional.of(new Failure("it is damaged", Optional.of("s0")))));

        assertThat(logged).singleElement().asString().contains("\"object\":\"s0\"", "batch 0: it is damaged");
        assertThat(deadLetters(records)).isEmpty();
    }
}
