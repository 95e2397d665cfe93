package io.tickshred.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.PlanId;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LayoutTest {
    private static final Day DAY = new Day("trades", LocalDate.of(2026, 1, 5));
    private static final PlanId PLAN = PlanId.create(Instant.EPOCH);

    private final LoggerContext context = new LoggerContext();
    private final Logger log = context.getLogger("io.tickshred.shred.ShredWork");
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();

    LayoutTest() {
        events.setContext(context);
        events.start();
        log.addAppender(events);
    }

    private String shown(LayoutBase<ILoggingEvent> layout) {
        layout.setContext(context);
        layout.start();
        return layout.doLayout(events.list.get(0));
    }

    @Test
    void aPlainLineIsMessageThenKeysWithQuotesWhereTheyAreNeeded() {
        LogLine.info(log, "Chunk done")
                .day(DAY)
                .with(LogKey.CHUNK, 7)
                .with(LogKey.REASON, "it \"broke\" at a=b")
                .with(LogKey.NOTE, "")
                .with(LogKey.OBJECT, Optional.empty())
                .write();

        assertThat(shown(new PlainLayout()))
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO  ShredWork Chunk done "
                        + "dataset=trades date=2026-01-05 chunk=7 "
                        + "reason=\"it \\\\\"broke\\\\\" at a=b\" note=\"\"\\R");
    }

    @Test
    void anErrorIsAJsonLineOfTheSameFieldsBeforeAnyLogIsSetUp() throws Exception {
        JsonNode line =
                new ObjectMapper().readTree(JsonLayout.error("Planner", "planner cannot start: no \"dataset\""));

        assertThat(line.fieldNames()).toIterable().containsExactly("time", "level", "logger", "thread", "message");
        assertThat(line.path("level").asText()).isEqualTo("ERROR");
        assertThat(line.path("message").asText()).isEqualTo("planner cannot start: no \"dataset\"");
    }

    @Test
    void aJsonLineHasEachKeyAsAFieldAndNumbersAsNumbers() throws Exception {
        LogLine.state(log, DAY, PLAN, DayState.FAILED)
                .with(LogKey.ROWS, 5_000_000_000L)
                .with(LogKey.CHUNKS, 3)
                .with(LogKey.REASON, "two\nlines")
                .write();
        String line = shown(new JsonLayout());
        JsonNode json = new ObjectMapper().readTree(line);

        assertThat(line.strip()).doesNotContain("\n");
        assertThat(line).endsWith("\n");
        assertThat(json.path("level").asText()).isEqualTo("ERROR");
        assertThat(json.path("logger").asText()).isEqualTo("io.tickshred.shred.ShredWork");
        assertThat(json.path("message").asText()).isEqualTo("Day failed");
        assertThat(json.path("state").asText()).isEqualTo("failed");
        assertThat(json.path("plan").asText()).isEqualTo(PLAN.value());
        assertThat(json.path("rows").isNumber()).isTrue();
        assertThat(json.path("rows").asLong()).isEqualTo(5_000_000_000L);
        assertThat(json.path("chunks").asInt()).isEqualTo(3);
        assertThat(json.path("reason").asText()).isEqualTo("two\nlines");
    }

    @Test
    void aStackTraceStandsInTheJsonObjectAndBelowThePlainLine() throws Exception {
        LogLine.warn(log, "Planning met an unexpected error")
                .cause(new IllegalStateException("no"))
                .write();
        JsonNode json = new ObjectMapper().readTree(shown(new JsonLayout()));

        assertThat(json.path("exception").asText()).isEqualTo("java.lang.IllegalStateException");
        assertThat(json.path("stack").asText()).contains("IllegalStateException: no", "LayoutTest");
        assertThat(shown(new PlainLayout()).lines()).hasSizeGreaterThan(2).anyMatch(l -> l.contains("LayoutTest"));
    }

    @Test
    void aKeyThatIsNotOfTheVocabularyIsRefused() {
        LogLine line = LogLine.info(log, "Task done");

        assertThatThrownBy(() -> line.where(Map.of("colour", "red"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nothingIsMadeOfALineBelowTheLevel() {
        log.setLevel(Level.WARN);

        LogLine.info(log, "Chunk done").day(DAY).write();

        assertThat(events.list).isEmpty();
    }
}
