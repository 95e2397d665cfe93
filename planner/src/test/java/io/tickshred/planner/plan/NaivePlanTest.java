package io.tickshred.planner.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.config.Datasets;
import io.tickshred.message.BatchTask;
import io.tickshred.message.BatchesOpened;
import io.tickshred.message.ChunkTask;
import io.tickshred.message.DayStatus;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.BatchingPolicy;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.DatasetDefinitionBuilder;
import io.tickshred.model.DayState;
import io.tickshred.model.EstimatorPolicy;
import io.tickshred.model.ModeChoice;
import io.tickshred.model.ModePolicy;
import io.tickshred.model.PlanForecast;
import io.tickshred.model.PlanId;
import io.tickshred.model.RunMode;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.testkit.Plans;
import io.tickshred.transport.Outgoing;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two objects of ten listings each, in row groups that hold all listings of their object. */
class NaivePlanTest {
    private DayFixture day;

    @BeforeEach
    void trades(@TempDir Path directory) {
        day = new DayFixture(directory);
        day.trades("XNYS", 0, 10_000, 100, 10);
        day.trades("XNAS", 0, 10_000, 200, 10);
    }

    private static DatasetDefinition dataset(ModePolicy mode, long maxRows) {
        return DatasetDefinitionBuilder.from(DayFixture.dataset(DayFixture.table("trades", maxRows)))
                .batching(new BatchingPolicy(BatchingPolicy.Strategy.CONTIGUOUS, 1, Optional.empty()))
                .mode(mode)
                .build();
    }

    private static PlanRequest request(Optional<RunMode> mode) {
        return PlanRequest.of("equity", DayFixture.DATE, false, List.of(), List.of())
                .in(mode);
    }

    private DayPlan plan(DatasetDefinition dataset, Optional<RunMode> mode) throws Exception {
        return day.planner()
                .plan(
                        dataset,
                        dataset.tables(),
                        request(mode),
                        PlanId.create(Plans.NOON),
                        Optional.empty(),
                        Plans.NOON);
    }

    private static ModeChoice mode(DayPlan plan) {
        return plan.header().mode().orElseThrow();
    }

    private static List<Message> messages(DayPlan plan) throws Exception {
        List<Message> messages = new ArrayList<>();
        for (Outgoing record : plan.records(List.of())) {
            messages.add(new MessageCodec().decode(record.value().orElseThrow()));
        }
        return messages;
    }

    @Test
    void aNaivePlanPublishesBatchTasksOfTheSourcesAndOpensTheirLedger() throws Exception {
        DayPlan plan = plan(dataset(ModePolicy.SHRED, 100_000), Optional.of(RunMode.NAIVE));

        List<Message> messages = messages(plan);
        assertThat(plan.header().chunks()).isZero();
        assertThat(messages).noneMatch(ChunkTask.class::isInstance);
        assertThat(messages)
                .filteredOn(BatchTask.class::isInstance)
                .singleElement()
                .satisfies(task -> assertThat(
                                ((BatchTask) task).tables().orElseThrow().get(0).slices())
                        .extracting(slice -> slice.source().rows())
                        .containsExactly(10_000L, 10_000L));
        assertThat(messages)
                .filteredOn(BatchesOpened.class::isInstance)
                .singleElement()
                .satisfies(opened -> assertThat(((BatchesOpened) opened).sources())
                        .contains(plan.naive().orElseThrow().sources()));
        assertThat(messages)
                .filteredOn(DayStatus.class::isInstance)
                .singleElement()
                .satisfies(status -> {
                    assertThat(((DayStatus) status).state()).isEqualTo(DayState.FINALIZING);
                    assertThat(((DayStatus) status).mode()).contains(mode(plan));
                    assertThat(((DayStatus) status).note().orElseThrow())
                            .contains("naive, as asked: its one batch reads the day 1.00 times");
                });
    }

    @Test
    void theRequestWinsOverTheDataset() throws Exception {
        assertThat(mode(plan(dataset(ModePolicy.of(RunMode.NAIVE), 100_000), Optional.of(RunMode.SHRED)))
                        .mode())
                .isEqualTo(RunMode.SHRED);
        assertThat(mode(plan(dataset(ModePolicy.of(RunMode.NAIVE), 100_000), Optional.empty()))
                        .mode())
                .isEqualTo(RunMode.NAIVE);
        assertThat(mode(plan(dataset(ModePolicy.SHRED, 100_000), Optional.empty())))
                .isEqualTo(new ModeChoice(RunMode.SHRED, Optional.empty(), "as the request or the dataset says"));
    }

    @Test
    void naiveIsRefusedWithTheNumbersWhereItWouldReadTheDayTooOften() {
        DatasetDefinition dataset = dataset(ModePolicy.of(RunMode.NAIVE), 2000);

        assertThatThrownBy(() -> plan(dataset, Optional.empty()))
                .isInstanceOf(PlanException.class)
                .hasMessageMatching(
                        "the day is not for mode naive: its 10 batches would read the day 5\\.00 times \\(.* of the"
                                + " .* of needed columns, by the statistics of the listing column and the folders that its"
                                + " listings are in\\), more than 3; run it with mode: shred or auto, .*");
    }

    @Test
    void aDayThatIsReadTooOftenBecauseAnyBatchMayAdoptAListingIsNotToldToSortItsObjects() {
        DatasetDefinition dataset = DatasetDefinitionBuilder.from(DayFixture.dataset(DayFixture.table("trades", 2000)))
                .batching(new BatchingPolicy(BatchingPolicy.Strategy.CONTIGUOUS, 1, Optional.empty()))
                .estimator(EstimatorsTest.policy(EstimatorPolicy.Kind.REFERENCE, Optional.of("sizes.csv"), 1))
                .mode(new ModePolicy(RunMode.NAIVE, 1, 1, 1))
                .build();
        day.input.put(
                "sizes.csv",
                "listing,table,rows\n100,trades,5\n101,trades,5\n102,trades,5\n".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> plan(dataset, Optional.empty()))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("any batch may adopt a listing that was not counted")
                .hasMessageEndingWith("name its listings in a universe or count them (estimator: exact), so that no"
                        + " batch has to look for others in all objects, or raise naive.maxReads");
    }

    @Test
    void aBatchThatWouldReadMoreThanAFinalizerIsToMirrorIsShreddedOrRefusedHoweverFewReadsTheDayHas() throws Exception {
        ModePolicy auto = new ModePolicy(RunMode.AUTO, 3, 3, 1 << 20, 1000);
        ModePolicy naive = new ModePolicy(RunMode.NAIVE, 3, 3, 1 << 20, 1000);

        assertThat(mode(plan(dataset(auto, 5000), Optional.empty())).toString())
                .startsWith("shred, chosen because its largest batch would read ")
                .contains(" of needed columns and want ")
                .endsWith(" of scratch, more than 1000 B to read");
        assertThatThrownBy(() -> plan(dataset(naive, 5000), Optional.empty()))
                .isInstanceOf(PlanException.class)
                .hasMessageStartingWith("the day is not for mode naive: its largest batch would read ")
                .hasMessageEndingWith("raise naive.maxBatchBytes");
    }

    @Test
    void autoIsNaiveUpToFewReadsOrForASmallDayAndElseShreds() throws Exception {
        ModePolicy auto = new ModePolicy(RunMode.AUTO, 2.5, 1.5, 1);

        assertThat(mode(plan(dataset(auto, 100_000), Optional.empty())).toString())
                .startsWith("naive, chosen because its one batch reads the day 1.00 times")
                .endsWith("not more than 1.5");
        assertThat(mode(plan(dataset(auto, 5000), Optional.empty())).toString())
                .startsWith("shred, chosen because its 4 batches would read the day 2.00 times")
                .endsWith("more than 1.5");
        assertThat(mode(plan(dataset(new ModePolicy(RunMode.AUTO, 2.5, 1.5, 1 << 20), 5000), Optional.empty()))
                        .toString())
                .startsWith("naive, chosen because the day is small: its 4 batches read the day 2.00 times");
        assertThat(mode(plan(dataset(new ModePolicy(RunMode.AUTO, 2.5, 1.5, 1 << 20), 2000), Optional.empty()))
                        .toString())
                .as("small, but read too often")
                .startsWith("shred, chosen because its 10 batches would read the day 5.00 times")
                .endsWith("more than 2.5");
    }

    @Test
    void aDryRunTellsTheModeAndStagesNothing() throws Exception {
        DatasetDefinition dataset = dataset(ModePolicy.SHRED, 100_000);
        PlanPreviews previews =
                new PlanPreviews(Datasets.of(List.of(dataset)), day.planner(), Clock.fixed(Plans.NOON, ZoneOffset.UTC));

        PlanPreview naive = previews.of(request(Optional.of(RunMode.NAIVE)));
        PlanPreview shred = previews.of(request(Optional.empty()));

        assertThat(naive.figures().mode().orElseThrow().reads()).contains(1.0);
        assertThat(naive.chunks()).isEmpty();
        PlanForecast forecast = naive.figures().forecast().orElseThrow();
        assertThat(forecast.stagedObjects()).isZero();
        assertThat(forecast.slices()).isZero();
        assertThat(forecast.chunkMemoryBytes()).isZero();
        assertThat(forecast.batchReadBytes().orElseThrow()).isPositive();
        assertThat(forecast.batchDiskBytes().orElseThrow())
                .isGreaterThan(forecast.batchReadBytes().orElseThrow());
        assertThat(forecast.gets()).isGreaterThan(naive.sources());
        assertThat(naive.note())
                .contains("naive", "0 staged objects", "batches that want up to ")
                .doesNotContain("in memory for workers");
        assertThat(shred.figures().mode().orElseThrow().mode()).isEqualTo(RunMode.SHRED);
        assertThat(shred.figures().forecast().orElseThrow().stagedObjects()).isPositive();
    }
}
