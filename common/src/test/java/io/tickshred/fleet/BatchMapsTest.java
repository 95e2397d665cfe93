package io.tickshred.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.message.BatchMapClosed;
import io.tickshred.message.BatchMapPart;
import io.tickshred.message.Message;
import io.tickshred.model.Batch;
import io.tickshred.model.BatchMap;
import io.tickshred.model.ColumnType;
import io.tickshred.model.ListingType;
import io.tickshred.model.PlanId;
import io.tickshred.model.SourceColumn;
import io.tickshred.model.TableColumns;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BatchMapsTest {
    private final PlanId plan = PlanId.create(Instant.EPOCH);
    private final BatchMaps maps = new BatchMaps(Duration.ofMillis(50));

    private static void hear(BatchMaps maps, Message message) {
        Outgoing record = Outbox.record(message);
        maps.accept(new Incoming(record.topic(), 0, 0, record.key(), record.value(), Map.of()));
    }

    private BatchMapPart part(int part, int parts, Batch... batches) {
        return new BatchMapPart(plan, part, parts, ListingType.INT64, List.of(batches));
    }

    @Test
    void aMapIsWholeOnlyWithAllItsPartsInWhateverOrderTheyCome() throws Exception {
        hear(maps, part(1, 2, new Batch(0, List.of("3")), new Batch(1, List.of("4"))));

        assertThatThrownBy(() -> maps.await(plan, 2))
                .isInstanceOfSatisfying(
                        TaskException.class, e -> assertThat(e.kind()).isEqualTo(TaskException.Kind.RETRY))
                .hasMessageContaining("1 of 2 parts");

        hear(maps, part(0, 2, new Batch(0, List.of("1", "2"))));
        BatchMap map = maps.await(plan, 2);

        assertThat(map.batches()).containsExactly(new Batch(0, List.of("1", "2", "3")), new Batch(1, List.of("4")));
        assertThat(maps.await(plan, 2)).isSameAs(map);
    }

    @Test
    void theColumnsOfTheTablesComeWithTheMapAndAPlanOfAnOlderVersionHasNone() throws Exception {
        TableColumns trades = new TableColumns("trades", List.of(new SourceColumn("Price", new ColumnType("DOUBLE"))));
        TableColumns quotes = new TableColumns("quotes", List.of(new SourceColumn("Bid", new ColumnType("FLOAT"))));
        hear(maps, new BatchMapPart(plan, 0, 2, ListingType.INT64, List.of(), Optional.of(List.of(trades))));
        hear(
                maps,
                new BatchMapPart(
                        plan,
                        1,
                        2,
                        ListingType.INT64,
                        List.of(new Batch(0, List.of("1"))),
                        Optional.of(List.of(quotes))));
        PlanId older = PlanId.create(Instant.EPOCH.plusSeconds(1));
        hear(maps, new BatchMapPart(older, 0, 1, ListingType.INT64, List.of(new Batch(0, List.of("1")))));

        assertThat(maps.await(plan, 2).table("trades")).contains(trades);
        assertThat(maps.await(plan, 2).table("quotes")).contains(quotes);
        assertThat(maps.await(older, 1).table("trades")).isEmpty();
    }

    @Test
    void aTaskThatComesBeforeItsMapWaitsForIt() throws Exception {
        BatchMaps patient = new BatchMaps(Duration.ofSeconds(30));
        CompletableFuture<BatchMap> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return patient.await(plan, 1);
            } catch (TaskException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });

        hear(patient, part(0, 1, new Batch(0, List.of("1"))));

        assertThat(waiting.get(30, TimeUnit.SECONDS).batches()).hasSize(1);
    }

    @Test
    void aTaskOfAnEndedPlanIsFencedEvenIfItsPartsAreHeardAgain() {
        hear(maps, part(0, 1, new Batch(0, List.of("1"))));
        hear(maps, new BatchMapClosed(plan, "published"));
        hear(maps, part(0, 1, new Batch(0, List.of("1"))));

        assertThat(maps.isClosed(plan)).isTrue();
        assertThatThrownBy(() -> maps.await(plan, 1))
                .isInstanceOfSatisfying(
                        TaskException.class, e -> assertThat(e.kind()).isEqualTo(TaskException.Kind.FENCED));
    }

    @Test
    void tombstonesAndDamagedPartsAreIgnored() {
        maps.accept(new Incoming(Topic.BATCH_MAPS, 0, 0, plan + "/1", Optional.empty(), Map.of()));
        maps.accept(new Incoming(Topic.BATCH_MAPS, 0, 1, plan + "/0", Optional.of(new byte[] {1}), Map.of()));

        assertThatThrownBy(() -> maps.await(plan, 1)).hasMessageContaining("0 of 1 parts");
    }
}
