package io.tickshred.planner.plan;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.model.Day;
import io.tickshred.model.ObjectKeys;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.testkit.MemoryObjectStore;
import io.tickshred.testkit.PlainDataset;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class PublishedDaysTest {
    @Test
    void aDamagedManifestSaysWhereItLiesWhatIsWrongAndWhatToDo() {
        MemoryObjectStore output = new MemoryObjectStore();
        Day day = new Day("equity", LocalDate.of(2013, 10, 7));
        output.put(ObjectKeys.manifest(day), "{}".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> new PublishedDays(uri -> output)
                        .find(
                                PlainDataset.of("equity", DayFixture.table("trades", 50))
                                        .build(),
                                day))
                .isInstanceOf(PlanException.class)
                .hasMessage("the manifest memory://test/equity/2013-10-07/manifest.json is damaged: format: must be"
                        + " given; restore it from a copy, or delete it and run the day again");
    }
}
