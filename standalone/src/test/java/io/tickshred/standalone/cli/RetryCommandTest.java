package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.message.DayStatus;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.PlanId;
import io.tickshred.testkit.Statuses;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class RetryCommandTest {
    private static final Day DAY = new Day("trades", LocalDate.of(2024, 1, 2));

    private static DayStatus status(DayState state) {
        return Statuses.of(DAY, state, Instant.EPOCH).build();
    }

    @Test
    void aFailedDayOfWhichSomethingIsPublishedIsRunAgainByForceWhateverTheLastRequestSaid() {
        DayStatus failed = status(DayState.FAILED);
        DayStatus standing = failed.over(PlanId.create(Instant.EPOCH), "s3://out/manifest.json");

        assertThat(RetryCommand.publishedBefore(standing)).isTrue();
        assertThat(RetryCommand.publishedBefore(status(DayState.PUBLISHED))).isTrue();
        assertThat(RetryCommand.publishedBefore(failed)).isFalse();
    }
}
