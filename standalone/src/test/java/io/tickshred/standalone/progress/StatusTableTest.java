package io.tickshred.standalone.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.message.DayStatus;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.PlanId;
import io.tickshred.testkit.Statuses;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusTableTest {
    private static final Instant NOW = Instant.parse("2024-02-01T10:00:00Z");
    private static final String MANIFEST = "s3://bucket/prefix/us-equity/2024-01-02/manifest.json";
    private static final PlanId PLAN = PlanId.create(NOW);
    private static final DayStatus DAY = Statuses.of(
                    new Day("us-equity", LocalDate.of(2024, 1, 2)), DayState.PUBLISHED, NOW.plusSeconds(5))
            .chunksDone(100)
            .chunks(100)
            .batchesDone(20)
            .batches(20)
            .rows(1_234_567_890)
            .plan(PLAN)
            .manifest(MANIFEST)
            .build();

    @Test
    void whereNobodyLooksEveryColumnIsThere() {
        assertThat(StatusTable.now(List.of(DAY), 0).get(2))
                .contains(PLAN.value())
                .endsWith(MANIFEST);
    }

    @Test
    void aTerminalThatIsTooNarrowLacksTheColumnsThatOtherCommandsShowAndCutsNone() {
        List<String> wide = StatusTable.now(List.of(DAY), 110);
        List<String> usual = StatusTable.now(List.of(DAY), 80);
        List<String> narrow = StatusTable.now(List.of(DAY), 48);

        assertThat(wide.get(0)).contains("rows", "plan").doesNotContain("manifest");
        assertThat(wide.get(2)).endsWith(PLAN.value());
        assertThat(usual.get(0)).matches("dataset +date +state +chunks +batches +rows");
        assertThat(usual.get(2)).matches("us-equity  2024-01-02  published  100/100    20/20  1,234,567,890");
        assertThat(narrow.get(0)).matches("dataset +date +state +rows");
    }

    @Test
    void aHistoryThatIsTooWideLacksItsPlansFirst() {
        List<String> usual = StatusTable.history(List.of(DAY), 90);
        List<String> narrow = StatusTable.history(List.of(DAY), 60);

        assertThat(usual.get(0)).matches("dataset +date +state +rows +batches +took +changed");
        assertThat(usual.get(2)).endsWith("5.0 s  2024-02-01 10:00:05Z");
        assertThat(narrow.get(2)).matches("us-equity +2024-01-02 +published +1,234,567,890 +5.0 s");
    }
}
