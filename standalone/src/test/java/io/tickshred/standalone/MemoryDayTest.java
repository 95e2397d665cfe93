package io.tickshred.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tickshred.config.DatasetFile;
import io.tickshred.config.Datasets;
import io.tickshred.config.S3Configuration;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.finalizer.FinalizerService;
import io.tickshred.finalizer.FinalizerSettings;
import io.tickshred.fleet.Outbox;
import io.tickshred.message.DayStatus;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanRequest;
import io.tickshred.planner.PlannerService;
import io.tickshred.planner.PlannerSettings;
import io.tickshred.shred.ShredSettings;
import io.tickshred.shred.ShredWorkerService;
import io.tickshred.store.uri.ObjectStores;
import io.tickshred.testkit.MemoryTransport;
import io.tickshred.testkit.SharedData;
import io.tickshred.transport.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryDayTest {
    @TempDir
    Path directory;

    @Test
    void aDayOfRealTradesGoesFromAPlanMessageToAManifest() throws Exception {
        Path input = SharedData.require("us_equity");
        MemoryTransport transport = new MemoryTransport();
        transport.createTopics();
        Datasets datasets = Datasets.of(List.of(DatasetFile.parse(
                "us",
                "name: us\ninput: " + input + "\noutput: " + directory
                        + "\ntables:\n  - name: trades\n    maxRows: 60000\n")));
        ObjectStores stores = new ObjectStores(S3Configuration.aws());
        MemoryBudget budget = new MemoryBudget(256 << 20, 1);
        PlannerService planner = new PlannerService(
                transport,
                datasets,
                stores,
                new PlannerSettings("p", directory.resolve("p"), budget, 4),
                new SimpleMeterRegistry());
        ShredWorkerService worker = new ShredWorkerService(
                transport,
                datasets,
                stores,
                new ShredSettings("w", 2, directory.resolve("w"), budget, 5, Duration.ofSeconds(10)),
                new SimpleMeterRegistry());
        FinalizerService finalizer = new FinalizerService(
                transport,
                datasets,
                stores,
                new FinalizerSettings("f", 1, directory.resolve("f"), budget, 5, Duration.ofSeconds(10)),
                new SimpleMeterRegistry());
        LinkedBlockingQueue<DayStatus> statuses = new LinkedBlockingQueue<>();
        transport.view(Topic.DAY_STATUS, record -> {
            try {
                statuses.add(
                        (DayStatus) new MessageCodec().decode(record.value().orElseThrow()));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        planner.start();
        worker.start();
        finalizer.start();
        transport
                .publisher()
                .publish(List.of(
                        Outbox.record(new PlanRequest("us", LocalDate.of(2013, 10, 7), false, List.of(), List.of()))));
        DayStatus last = null;
        while (last == null || !last.state().ended()) {
            last = statuses.poll(60, TimeUnit.SECONDS);
            System.err.println(last);
        }
        assertThat(last.manifest()).isPresent();
        worker.stop();
        planner.stop();
        finalizer.stop();
        transport.close();
    }
}
