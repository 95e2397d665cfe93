package io.tickshred.finalizer.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.fleet.Fetches;
import io.tickshred.fleet.Outbox;
import io.tickshred.fleet.RunIndexes;
import io.tickshred.fleet.TaskException;
import io.tickshred.message.ChunkResult;
import io.tickshred.message.ResultRange;
import io.tickshred.model.AttemptId;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.Proof;
import io.tickshred.model.RowHash;
import io.tickshred.model.RunSlice;
import io.tickshred.model.SourceTally;
import io.tickshred.model.StagedFile;
import io.tickshred.model.StagedRun;
import io.tickshred.testkit.MemoryObjectStore;
import io.tickshred.testkit.MemoryTransport;
import io.tickshred.testkit.Plans;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Topic;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AcceptedRunsReaderTest {
    private static final int CHUNKS = 20;
    private static final int BATCHES = 50;

    private final PlanHeader header = Plans.header(BATCHES, CHUNKS);
    private final MemoryTransport transport = new MemoryTransport();
    private final MemoryObjectStore staging = new MemoryObjectStore();
    private final Fetches fetches = new Fetches();
    private final AcceptedRunsReader reader = new AcceptedRunsReader(transport, fetches);

    @BeforeEach
    void createTopics() throws Exception {
        transport.createTopics();
    }

    @AfterEach
    void close() {
        fetches.close();
    }

    @Test
    void runsToldByAnIndexAndByThemselvesComeToTheSame() throws Exception {
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            StagedRun run = run(chunk);
            publish(chunk, chunk % 2 == 0 ? run : RunIndexes.write(staging, key(chunk), run));
        }

        AcceptedRuns runs = reader.read(header, all(), staging);

        for (int batch = 0; batch < BATCHES; batch++) {
            int wanted = batch;
            assertThat(runs.pieces("trades", batch).stream().map(AcceptedRuns.Piece::slice))
                    .containsExactlyElementsOf(IntStream.range(0, CHUNKS)
                            .mapToObj(chunk -> slice(chunk, wanted))
                            .toList());
            assertThat(runs.pieces("trades", batch).stream()
                            .map(piece -> piece.file().key()))
                    .containsExactlyElementsOf(IntStream.range(0, CHUNKS)
                            .mapToObj(chunk -> "run-" + chunk)
                            .toList());
        }
        assertThat(runs.sources("trades")).hasSize(CHUNKS);
    }

    @Test
    void theFirstResultOfAChunkCountsHoweverItIsTold() throws Exception {
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            publish(chunk, RunIndexes.write(staging, key(chunk), run(chunk)));
            publish(chunk, run(chunk + 100));
        }

        AcceptedRuns runs = reader.read(header, all(), staging);

        assertThat(runs.pieces("trades", 0).get(0).file().key()).isEqualTo("run-0");
        assertThat(runs.pieces("trades", 0)).hasSize(CHUNKS);
    }

    @Test
    void anIndexThatIsNotWhatTheAttemptWroteFailsByName() throws Exception {
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            publish(chunk, RunIndexes.write(staging, key(chunk), run(chunk)));
        }
        staging.put(key(7), "{}".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> reader.read(header, all(), staging))
                .isInstanceOfSatisfying(
                        TaskException.class, e -> assertThat(e.kind()).isEqualTo(TaskException.Kind.POISON))
                .hasMessageContaining(key(7))
                .hasMessageContaining("has changed since");
        staging.delete(List.of(key(7)));
        assertThatThrownBy(() -> reader.read(header, all(), staging))
                .isInstanceOfSatisfying(
                        TaskException.class, e -> assertThat(e.kind()).isEqualTo(TaskException.Kind.POISON))
                .hasMessageContaining(key(7));
    }

    private static RunSlice slice(int chunk, int batch) {
        return new RunSlice(
                batch, 0, batch, 1 + chunk, new Proof(10 + chunk, new RowHash(-1L - chunk * 1000L - batch)));
    }

    private static StagedRun run(int chunk) {
        return new StagedRun(
                List.of(new StagedFile("run-" + chunk, 1000, "e", "0".repeat(64))),
                IntStream.range(0, BATCHES)
                        .mapToObj(batch -> slice(chunk, batch))
                        .toList());
    }

    private String key(int chunk) {
        AttemptId attempt = new AttemptId("%012x".formatted(chunk));
        return ObjectKeys.runIndex(header.day(), header.plan(), "trades", chunk, attempt);
    }

    private void publish(int chunk, StagedRun run) throws Exception {
        SourceTally tally = new SourceTally(chunk, "s" + chunk, "e", 1, 100, 100, 0, 0);
        transport
                .publisher()
                .publish(List.of(Outbox.record(new ChunkResult(
                        header.plan(),
                        "trades",
                        chunk,
                        AttemptId.create(),
                        "worker",
                        ChunkResult.Outcome.STAGED,
                        List.of(tally),
                        Optional.of(run),
                        Optional.empty()))));
    }

    private ResultRange all() {
        List<Incoming> records = transport.broker().records(Topic.CHUNK_RESULTS);
        return new ResultRange(
                records.get(0).partition(),
                records.get(0).offset(),
                records.get(records.size() - 1).offset());
    }
}
