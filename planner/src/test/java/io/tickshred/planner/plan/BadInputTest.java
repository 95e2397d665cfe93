package io.tickshred.planner.plan;

import static io.tickshred.planner.plan.DayFixture.DATE;
import static io.tickshred.planner.plan.DayFixture.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tickshred.config.Datasets;
import io.tickshred.fleet.Outbox;
import io.tickshred.message.DayStatus;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.BatchingPolicy;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.EstimatorPolicy;
import io.tickshred.model.ModePolicy;
import io.tickshred.model.ObjectTemplate;
import io.tickshred.model.RunMode;
import io.tickshred.model.TableDefinition;
import io.tickshred.model.UniverseDefinition;
import io.tickshred.planner.discovery.DayObjects;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.status.DayStatuses;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import io.tickshred.testkit.Await;
import io.tickshred.testkit.MemoryTransport;
import io.tickshred.testkit.PlainDataset;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Input that no plan can be made of: the day fails with one line, and nothing of a plan is on the log. */
class BadInputTest {
    @TempDir
    private Path directory;

    @Test
    void aUniverseWithoutItsColumnPublishesNoPlan() throws Exception {
        DatasetDefinition dataset = dataset(
                Optional.of("symbols.csv"), BatchingPolicy.BALANCED, EstimatorPolicy.EXACT, table("trades", 50));

        assertThat(failure(dataset))
                .isEqualTo("the universe symbols.csv has no listing column ListingId; it has: Symbol, Desk");
    }

    @Test
    void aUniverseWithoutTheGroupColumnPublishesNoPlan() throws Exception {
        BatchingPolicy byInstrument =
                new BatchingPolicy(BatchingPolicy.Strategy.BALANCED, 1, Optional.of("Instrument"));

        assertThat(failure(dataset(Optional.of("u.csv"), byInstrument, EstimatorPolicy.EXACT, table("trades", 50))))
                .isEqualTo("the universe u.csv has no column Instrument; it has: ListingId");
    }

    @Test
    void aTemplateThatMatchesNothingPublishesNoPlan() throws Exception {
        assertThat(failure(
                        dataset(Optional.empty(), BatchingPolicy.BALANCED, EstimatorPolicy.EXACT, table("quotes", 50))))
                .startsWith("no object of table quotes on 2013-10-07 in ");
    }

    @Test
    void aStoreThatCannotListIsToldOnce() {
        ObjectStore unlisted = (ObjectStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("list")) {
                        throw new ObjectStoreException(
                                ObjectStoreException.Kind.NO_ACCESS,
                                "cannot list s3://b/" + arguments[0] + ": no bucket");
                    }
                    return "s3://b/" + arguments[0];
                });

        DatasetDefinition dataset =
                PlainDataset.of("equity", table("trades", 50)).build();

        assertThatThrownBy(() -> DayObjects.list(unlisted, dataset, dataset.tables(), DayFixture.DATE, List.of()))
                .isInstanceOf(PlanException.class)
                .hasMessageMatching("table trades on 2013-10-07: cannot list s3://b/trades/[^:]*: no bucket");
    }

    @Test
    void aReferenceWithDuplicateListingsPublishesNoPlan() throws Exception {
        EstimatorPolicy reference = EstimatorsTest.policy(EstimatorPolicy.Kind.REFERENCE, Optional.of("twice.csv"), 1);

        assertThat(failure(dataset(Optional.empty(), BatchingPolicy.BALANCED, reference, table("trades", 50))))
                .startsWith("the reference of sizes twice.csv must have one row for each listing and table: of 3 rows 1"
                        + " repeat a listing and table");
    }

    @Test
    void aDayThatIsNotForTheNaiveModePublishesNoPlan() throws Exception {
        ModePolicy naive = new ModePolicy(RunMode.NAIVE, 1, 1, 1);

        assertThat(failure(PlainDataset.of("equity", table("trades", 50))
                        .mode(naive)
                        .build()))
                .startsWith("the day is not for mode naive: its 2 batches would read the day 2.00 times");
    }

    @Test
    void aUniverseWithoutTheMarketColumnThatTheFileNamesPublishesNoPlan() throws Exception {
        UniverseDefinition byVenue = new UniverseDefinition(
                new ObjectTemplate(Optional.empty(), "u.csv"),
                "ListingId",
                "Venue",
                UniverseDefinition.Rule.REFUSE,
                UniverseDefinition.Rule.REFUSE);

        assertThat(failure(dataset(byVenue)))
                .isEqualTo("the universe u.csv has no market column Venue; it has: ListingId");
    }

    private static DatasetDefinition dataset(UniverseDefinition universe) {
        return PlainDataset.of("equity", table("trades", 50)).universe(universe).build();
    }

    /** Why a day of the dataset fails. */
    private String failure(DatasetDefinition dataset) throws Exception {
        DayFixture day = new DayFixture(directory);
        day.trades("XNAS", 0, 100, 1, 4);
        csv(day, "u.csv", "ListingId\n1\n2\n");
        csv(day, "symbols.csv", "Symbol,Desk\n1,a\n");
        csv(day, "twice.csv", "listing,table,rows\n1,trades,5\n2,trades,6\n1,trades,7\n");
        MemoryTransport transport = new MemoryTransport();
        DayStatuses days = new DayStatuses();
        days.follow(transport);
        try (Publisher publisher = transport.publisher();
                Transport.Running running = transport.process(
                        "planner",
                        Set.of(Topic.PLAN_REQUESTS),
                        false,
                        new PlanRequestHandler(
                                Datasets.of(List.of(dataset)),
                                day.planner(),
                                new PublishedDays(day.stores()),
                                days,
                                publisher,
                                Clock.systemUTC(),
                                new SimpleMeterRegistry()))) {
            publisher.publish(List.of(Outbox.record(PlanRequest.of("equity", DATE, false, List.of(), List.of()))));
            Day asked = new Day("equity", DATE);
            Await.until(
                    "the day's end",
                    () -> days.find(asked).filter(s -> s.state().ended()).isPresent(),
                    () -> days.find(asked));
            DayStatus status = days.find(asked).orElseThrow();
            assertThat(status.state()).isEqualTo(DayState.FAILED);
            assertThat(transport.broker().records(Topic.BATCH_MAPS)).isEmpty();
            assertThat(transport.broker().records(Topic.CHUNK_TASKS)).isEmpty();
            assertThat(transport.broker().records(Topic.CHUNK_RESULTS)).isEmpty();
            assertThat(transport.broker().records(Topic.BATCH_TASKS)).isEmpty();
            assertThat(transport.broker().records(Topic.BATCH_RESULTS)).isEmpty();
            assertThat(day.output.keys()).isEmpty();
            String reason = status.failure().orElseThrow().reason();
            assertThat(reason).doesNotContain("\n");
            return reason;
        } finally {
            days.close();
        }
    }

    private static void csv(DayFixture day, String key, String text) {
        day.input.put(key, text.getBytes(StandardCharsets.UTF_8));
    }

    private static DatasetDefinition dataset(
            Optional<String> universe, BatchingPolicy batching, EstimatorPolicy estimator, TableDefinition table) {
        return PlainDataset.of("equity", table)
                .universe(universe.map(source -> new UniverseDefinition(source, "ListingId")))
                .batching(batching)
                .estimator(estimator)
                .build();
    }
}
