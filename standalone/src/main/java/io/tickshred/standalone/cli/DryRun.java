package io.tickshred.standalone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tickshred.config.Datasets;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.planner.estimate.SizeEstimators;
import io.tickshred.planner.plan.DayPlanner;
import io.tickshred.planner.plan.FleetTerms;
import io.tickshred.planner.plan.PlanPreview;
import io.tickshred.planner.plan.PlanPreviews;
import io.tickshred.planner.plan.RequestPrices;
import io.tickshred.planner.scan.FooterScan;
import io.tickshred.store.uri.ObjectStores;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Plans days without running them: by a fleet's planner over HTTP, or in this process by a dataset's file. */
final class DryRun {
    private static final int FOOTER_THREADS = 8;
    /** What a planner takes a worker to have unless its configuration says otherwise. */
    static final long WORKER_MEMORY = 512L << 20;

    private static final MemoryBudget PLANNING = new MemoryBudget(128L << 20, 2);
    private static final int OK = 200;
    private static final String OTHERWISE =
            "; name another with --planner, or a dataset's file with --dataset to plan in this process";

    private DryRun() {}

    /** Asks a planner. */
    static PlanPreview ask(String planner, PlanRequest request) throws CommandException, InterruptedException {
        JsonMapper mapper = MessageCodec.newMapper();
        try {
            HttpResponse<String> response = HttpClient.newBuilder()
                    .connectTimeout(Duration.ofSeconds(10))
                    .build()
                    .send(
                            HttpRequest.newBuilder(URI.create(planner.replaceAll("/+$", "") + "/plans?dryRun=true"))
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(new MessageCodec().encode(request)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            JsonNode answer = mapper.readTree(response.body());
            if (response.statusCode() == OK && answer.isObject()) {
                return mapper.treeToValue(answer, PlanPreview.class);
            }
            if (!answer.path("error").isTextual()) {
                throw stranger(planner, Optional.empty());
            }
            throw new CommandException(
                    request.day() + ": " + answer.path("error").asText());
        } catch (JsonProcessingException e) {
            throw stranger(planner, Optional.of(e));
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandException(
                    "the planner at " + planner + " does not answer: " + e.getMessage() + OTHERWISE, e);
        }
    }

    private static CommandException stranger(String planner, Optional<Exception> cause) {
        String line = "what answers at " + planner + " is no planner, or one of another version" + OTHERWISE;
        return cause.isPresent() ? new CommandException(line, cause.get()) : new CommandException(line);
    }

    /**
     * A planner in this process.
     *
     * @param workerMemory that a worker will have for one chunk
     */
    static PlanPreviews here(DatasetDefinition dataset, ObjectStores stores, Path scratch, long workerMemory) {
        DayPlanner planner = new DayPlanner(
                stores::open,
                new SizeEstimators(stores::open, scratch, PLANNING),
                new FooterScan(FOOTER_THREADS),
                scratch,
                PLANNING,
                new FleetTerms(workerMemory, RequestPrices.S3_STANDARD));
        return new PlanPreviews(Datasets.of(List.of(dataset)), planner, Clock.systemUTC());
    }
}
