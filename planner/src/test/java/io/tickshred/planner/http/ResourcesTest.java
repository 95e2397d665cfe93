package io.tickshred.planner.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.testing.junit5.DropwizardExtensionsSupport;
import io.dropwizard.testing.junit5.ResourceExtension;
import io.tickshred.config.Datasets;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.fleet.Outbox;
import io.tickshred.message.DayStatus;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanRequest;
import io.tickshred.message.RangeRequest;
import io.tickshred.message.RangeStop;
import io.tickshred.model.BatchCaps;
import io.tickshred.model.ChunkPolicy;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.Day;
import io.tickshred.model.Failure;
import io.tickshred.model.Manifest;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanId;
import io.tickshred.model.RangeId;
import io.tickshred.model.RangeState;
import io.tickshred.model.RunMode;
import io.tickshred.model.TableDefinition;
import io.tickshred.planner.estimate.SizeEstimators;
import io.tickshred.planner.plan.DayPlanner;
import io.tickshred.planner.plan.FleetTerms;
import io.tickshred.planner.plan.PlanPreviews;
import io.tickshred.planner.plan.PublishedDays;
import io.tickshred.planner.plan.RequestPrices;
import io.tickshred.planner.range.RangeStatuses;
import io.tickshred.planner.scan.FooterScan;
import io.tickshred.planner.status.DayStatuses;
import io.tickshred.planner.status.PlanStatus;
import io.tickshred.testkit.Manifests;
import io.tickshred.testkit.MemoryObjectStore;
import io.tickshred.testkit.MemoryTransport;
import io.tickshred.testkit.PlainDataset;
import io.tickshred.testkit.Statuses;
import io.tickshred.testkit.duckdb.Oracle;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.TransportException;
import jakarta.ws.rs.client.Entity;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.Response;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(DropwizardExtensionsSupport.class)
class ResourcesTest {
    private static final Day DAY = new Day("equity", LocalDate.of(2013, 10, 7));
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final PlanId PLAN = PlanId.create(NOW);

    private final DayStatuses days = new DayStatuses();
    private final MemoryObjectStore output = new MemoryObjectStore();
    private final RangeStatuses ranges = new RangeStatuses();
    private final List<Message> submitted = new ArrayList<>();
    private final MemoryTransport log = new MemoryTransport();
    private boolean down;
    /** What happens when a plan that is shown opens its input. */
    private volatile Runnable opening = () -> {};

    private final ResourceExtension http = ResourceExtension.builder()
            .addResource(new PlansResource(
                    Datasets.of(List.of(dataset())),
                    days,
                    ranges,
                    new PublishedDays(uri -> output),
                    this::submit,
                    previews()))
            .addResource(new DaysResource(days))
            .addResource(new RangesResource(ranges, this::submit))
            .addResource(new LastRequestResource(log))
            .addProvider(new OwnPagesOnly())
            .build();

    private PlanPreviews previews() {
        Path scratch = Path.of("target", "resources-test");
        MemoryBudget budget = new MemoryBudget(128 << 20, 1);
        DayPlanner planner = new DayPlanner(
                uri -> {
                    opening.run();
                    return output;
                },
                new SizeEstimators(uri -> output, scratch, budget),
                new FooterScan(2),
                scratch,
                budget,
                new FleetTerms(1 << 30, RequestPrices.S3_STANDARD));
        return new PlanPreviews(Datasets.of(List.of(dataset())), planner, Clock.systemUTC());
    }

    @Test
    void aDryRunShowsThePlanAndAsksForNothing() throws Exception {
        Path file = Files.createTempFile("trades", ".parquet");
        try (Oracle oracle = new Oracle()) {
            oracle.execute("COPY (SELECT (i % 3)::BIGINT AS ListingId, i AS Seq FROM" + " range(90) t(i)) TO '" + file
                    + "' (FORMAT parquet)");
        }
        output.put("2013-10-07/a.parquet", Files.readAllBytes(file));

        Response response = http.target("/plans")
                .queryParam("dryRun", true)
                .request()
                .post(Entity.json("{\"dataset\": \"equity\", \"date\": \"2013-10-07\"}"));

        assertThat(response.getStatus()).isEqualTo(200);
        JsonNode plan = json(response);
        assertThat(plan.get("rows").asLong()).isEqualTo(90);
        assertThat(plan.at("/figures/estimator").asText()).isEqualTo("EXACT");
        assertThat(plan.at("/rowsOfBatches/0").asLong()).isEqualTo(30);
        assertThat(plan.at("/figures/oversized").asInt()).isEqualTo(3);
        assertThat(plan.at("/figures/forecast/puts").asLong()).isPositive();
        assertThat(submitted).isEmpty();
    }

    @Test
    void aDryRunOfADayThatCannotBePlannedSaysWhy() throws Exception {
        Response response = http.target("/plans")
                .queryParam("dryRun", true)
                .request()
                .post(Entity.json("{\"dataset\": \"equity\", \"date\": \"2013-10-08\"}"));

        assertThat(response.getStatus()).isEqualTo(400);
        assertThat(json(response).get("error").asText()).contains("no object of table trades on 2013-10-08");
        assertThat(submitted).isEmpty();
    }

    @Test
    void whileAPlanIsShownAnotherIsAskedForAgain() throws Exception {
        CompletableFuture<Void> planning = new CompletableFuture<>();
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        opening = () -> {
            if (planning.complete(null)) {
                goOn.orTimeout(20, TimeUnit.SECONDS).join();
            }
        };

        CompletableFuture<Response> first = CompletableFuture.supplyAsync(this::dryRun);
        planning.get(20, TimeUnit.SECONDS);
        Response second = dryRun();
        goOn.complete(null);

        assertThat(second.getStatus()).isEqualTo(503);
        assertThat(json(second).get("error").asText()).isEqualTo("another plan is being shown; ask again in a moment");
        assertThat(first.get(20, TimeUnit.SECONDS).getStatus()).isEqualTo(400);
        assertThat(dryRun().getStatus())
                .as("its turn, after a plan that failed")
                .isEqualTo(400);
    }

    private Response dryRun() {
        return http.target("/plans")
                .queryParam("dryRun", true)
                .request()
                .post(Entity.json("{\"dataset\": \"equity\", \"date\": \"2013-10-08\"}"));
    }

    @Test
    void aRequestIsTakenAndSaysWhereToLook() throws Exception {
        Response response = post("{\"dataset\": \"equity\", \"date\": \"2013-10-07\"}");

        assertThat(response.getStatus()).isEqualTo(202);
        assertThat(response.getHeaderString("Location")).endsWith("/days/2013-10-07?dataset=equity");
        assertThat(json(response).get("status").asText()).isEqualTo("/days/2013-10-07?dataset=equity");
        assertThat(submitted).containsExactly(PlanRequest.of("equity", DAY.date(), false, List.of(), List.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{                                                  | 400 | expected close marker for Object (start marker at line: 1, column: 1)",
                "[]                                                 | 400 | must be a JSON object",
                "{\"date\": \"2013-10-07\"}                         | 400 | dataset",
                "{\"dataset\": \"equity\"}                          | 400 | date",
                "{\"dataset\": \"equity\", \"date\": \"today\"}     | 400 | date: must be such as 2013-10-07: today",
                "{\"dataset\": \"x/../y\", \"date\": \"2013-10-07\"} | 400 | dataset must be",
                "{\"dataset\": \"equity\", \"from\": \"2013-10-07\"}    | 400 | to",
                "{\"dataset\": \"equity\", \"from\": \"2013-10-07\", \"to\": \"2013-10-01\"} | 400 | the range ends before it begins: 2013-10-07..2013-10-01",
                "{\"dataset\": \"equity\", \"from\": \"2013-10-01\", \"to\": \"2013-10-07\", \"weekends\": \"off\"} | 400 | weekends",
                "{\"dataset\": \"equity\", \"from\": \"2013-10-01\", \"to\": \"2013-10-07\", \"maxDaysInFlight\": 0} | 400 | maxDaysInFlight must be 1 to 100: 0",
                "{\"dataset\": \"futures\", \"from\": \"2013-10-01\", \"to\": \"2013-10-07\"} | 404 | there are: equity",
                "{\"dataset\": \"futures\", \"date\": \"2013-10-07\"} | 404 | there are: equity",
                "{\"dataset\": \"equity\", \"date\": \"2013-10-07\", \"tables\": [\"l2\"]} | 400 | no table l2; it has: trades",
                "{\"dataset\": \"equity\", \"date\": \"2013-10-07\", \"mode\": \"quick\"} | 400 | mode",
                "{\"dataset\": \"equity\", \"date\": \"2013-10-07\", \"forse\": true} | 400 | unknown field forse; known: dataset, date, force, tables, exclude, range, mode; did you mean force?; send such as",
                "{\"dataset\": \"equity\", \"from\": \"2013-10-01\", \"to\": \"2013-10-07\", \"date\": \"2013-10-07\"} | 400 | give either date, or from and to, not both",
                "{\"type\": \"aggregate-request\", \"dataset\": \"equity\", \"from\": \"2013-10-01\", \"to\": \"2013-10-07\", \"metric\": []} | 400 | unknown field metric; known: dataset, from, to, metrics",
            })
    void badInputGetsOneClearMessage(String body, int status, String message) throws Exception {
        Response response = post(body);

        assertThat(response.getStatus()).isEqualTo(status);
        assertThat(json(response).get("error").asText()).contains(message).doesNotContain("\n");
        assertThat(submitted).isEmpty();
    }

    @Test
    void aRequestSaysInWhichModeItsDayOrRangeIsRun() {
        Response day = post("{\"dataset\": \"equity\", \"date\": \"2013-10-07\", \"mode\": \"naive\"}");
        Response range = post(
                "{\"dataset\": \"equity\", \"from\": \"2013-10-01\", \"to\": \"2013-10-07\"," + " \"mode\": \"auto\"}");

        assertThat(day.getStatus()).isEqualTo(202);
        assertThat(range.getStatus()).isEqualTo(202);
        assertThat(submitted)
                .containsExactly(
                        PlanRequest.of("equity", DAY.date(), false, List.of(), List.of())
                                .in(Optional.of(RunMode.NAIVE)),
                        RangeRequest.of(RangeId.parse("equity/2013-10-01..2013-10-07"))
                                .in(Optional.of(RunMode.AUTO)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "Sec-Fetch-Site, cross-site",
        "Sec-Fetch-Site, same-site",
        "Origin, http://elsewhere.example",
        "Origin, http://planner:9090",
        "Origin, https://planner:8080.elsewhere.example",
        "Origin, null",
    })
    void aPageOfAnotherSiteStartsAndStopsNothing(String header, String value) throws Exception {
        hear(RangeId.parse("equity/2013-10-01..2013-10-07"), RangeState.RUNNING);

        Response asked = http.target("/plans")
                .request()
                .header("Host", "planner:8080")
                .header(header, value)
                .post(Entity.text("{\"dataset\": \"equity\", \"date\": \"2013-10-07\", \"force\": true}"));
        Response stopped = http.target("/ranges/equity/2013-10-01..2013-10-07")
                .request()
                .header("Host", "planner:8080")
                .header(header, value)
                .delete();
        Response looked = http.target("/days").request().header(header, value).get();

        assertThat(asked.getStatus()).isEqualTo(403);
        assertThat(json(asked).get("error").asText()).startsWith("a page of another site may not ask this planner");
        assertThat(stopped.getStatus()).isEqualTo(403);
        assertThat(looked.getStatus()).isEqualTo(200);
        assertThat(submitted).isEmpty();
    }

    @ParameterizedTest(name = "{0} behind a proxy asked as {1}: {2}")
    @CsvSource({
        "http://tickshred.example, tickshred.example, 202",
        "http://tickshred.example:8080, tickshred.example:8080, 202",
        "http://elsewhere.example, tickshred.example, 403",
    })
    void theOwnPageIsServedThroughAProxyThatGivesThePlannerAnotherName(String origin, String asked, int status) {
        assertThat(asked(Map.of("Host", "10.0.0.7:8080", "X-Forwarded-Host", asked, "Origin", origin)))
                .isEqualTo(status);
    }

    /** Status of a plan request with these headers. */
    private int asked(Map<String, Object> headers) {
        return http.target("/plans")
                .request()
                .headers(new MultivaluedHashMap<>(headers))
                .post(Entity.json("{\"dataset\": \"equity\", \"date\": \"2013-10-07\"}"))
                .getStatus();
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource({
        "planner:8080, Origin, http://planner:8080",
        "Planner:8080, Origin, http://planner:8080",
        "planner, Origin, https://planner",
        "planner:443, Origin, https://planner",
        "inside:8080, Sec-Fetch-Site, same-origin",
        "planner:8080, Accept, application/json",
    })
    void thePlannersOwnPageAndProgramsAreServed(String host, String header, String value) {
        assertThat(asked(Map.of("Host", host, header, value))).isEqualTo(202);
    }

    @Test
    void theLastRequestForADayIsAnsweredAsItWasAsked() throws Exception {
        PlanRequest request = PlanRequest.of("equity", DAY.date(), true, List.of("trades"), List.of("a.parquet"))
                .in(Optional.of(RunMode.NAIVE));
        try (Publisher publisher = log.publisher()) {
            publisher.publish(List.of(Outbox.record(request)));
        }

        Response last = get("/days/2013-10-07/request?dataset=equity");
        Response none = get("/days/2013-10-08/request?dataset=equity");
        Response bad = get("/days/today/request?dataset=equity");

        assertThat(last.getStatus()).isEqualTo(200);
        JsonNode body = json(last);
        assertThat(body.at("/tables/0").asText()).isEqualTo("trades");
        assertThat(body.at("/exclude/0").asText()).isEqualTo("a.parquet");
        assertThat(body.at("/mode").asText()).isEqualTo("NAIVE");
        assertThat(none.getStatus()).isEqualTo(404);
        assertThat(bad.getStatus()).isEqualTo(400);
        assertThat(get("/days/2013-10-07/request").getStatus()).isEqualTo(400);
    }

    @Test
    void aRangeIsAskedForShownAndStopped() throws Exception {
        RangeId range = RangeId.parse("equity/2013-10-01..2013-10-07");

        Response taken = post("{\"dataset\": \"equity\", \"from\": \"2013-10-01\", \"to\": \"2013-10-07\"}");
        hear(range, RangeState.RUNNING);
        Response again = post("{\"dataset\": \"equity\", \"from\": \"2013-10-01\", \"to\": \"2013-10-07\"}");
        Response shown = http.target("/ranges/" + range).request().get();
        Response stopped = http.target("/ranges/" + range).request().delete();

        assertThat(taken.getStatus()).isEqualTo(202);
        assertThat(json(taken).get("status").asText()).isEqualTo("/ranges/equity/2013-10-01..2013-10-07");
        assertThat(again.getStatus()).isEqualTo(409);
        assertThat(json(shown).get("state").asText()).isEqualTo("RUNNING");
        assertThat(json(http.target("/ranges").request().get())).hasSize(1);
        assertThat(json(http.target("/ranges")
                        .queryParam("dataset", "x")
                        .request()
                        .get()))
                .isEmpty();
        assertThat(stopped.getStatus()).isEqualTo(202);
        assertThat(submitted).containsExactly(RangeRequest.of(range), new RangeStop(range));
    }

    @Test
    void aRangeThatHasEndedMayBeAskedForAgainAndOneThatNobodyAskedForIsNotFound() throws Exception {
        hear(RangeId.parse("equity/2013-10-01..2013-10-07"), RangeState.FAILED);

        Response again = post("{\"dataset\": \"equity\", \"from\": \"2013-10-01\", \"to\": \"2013-10-07\"}");
        Response stopped =
                http.target("/ranges/equity/2013-10-01..2013-10-07").request().delete();

        assertThat(again.getStatus()).isEqualTo(202);
        assertThat(stopped.getStatus()).isEqualTo(409);
        assertThat(json(stopped).get("error").asText())
                .isEqualTo("range equity/2013-10-01..2013-10-07 is already failed, nothing to stop");
        // It may have been asked for again a moment ago: the stop is on its way behind that.
        assertThat(submitted)
                .containsExactly(
                        RangeRequest.of(RangeId.parse("equity/2013-10-01..2013-10-07")),
                        new RangeStop(RangeId.parse("equity/2013-10-01..2013-10-07")));
        assertThat(http.target("/ranges/equity/2013-10-01..2013-10-08")
                        .request()
                        .get()
                        .getStatus())
                .isEqualTo(404);
        assertThat(http.target("/ranges/equity/October").request().delete().getStatus())
                .isEqualTo(400);
    }

    private void hear(RangeId range, RangeState state) {
        Outgoing record = Outbox.record(Statuses.of(range, state, NOW).build());
        ranges.accept(new Incoming(record.topic(), 0, 0, record.key(), record.value(), Map.of()));
    }

    @Test
    void aDayInProgressIsAConflictThatShowsItsState() throws Exception {
        hear(PlanStatus.planning(DAY, PLAN, NOW));

        Response response = post("{\"dataset\": \"equity\", \"date\": \"2013-10-07\"}");

        JsonNode body = json(response);
        assertThat(response.getStatus()).isEqualTo(409);
        assertThat(body.at("/day/state").asText()).isEqualTo("PLANNING");
        assertThat(body.at("/day/plan").asText()).isEqualTo(PLAN.value());
        assertThat(body.get("error").asText()).contains("is in progress; send \"force\": true");
        assertThat(submitted).isEmpty();
    }

    @Test
    void aDayThatOnlyItsManifestKnowsIsAConflictToo() throws Exception {
        Manifest manifest = Manifests.of(DAY, PLAN, NOW).rows(10).routed(10).build();
        output.put(ObjectKeys.manifest(DAY), MessageCodec.newMapper().writeValueAsBytes(manifest));

        Response response = post("{\"dataset\": \"equity\", \"date\": \"2013-10-07\"}");

        assertThat(response.getStatus()).isEqualTo(409);
        assertThat(json(response).at("/day/manifest").asText())
                .isEqualTo("memory://test/equity/2013-10-07/manifest.json");
    }

    /** The log says that it failed: the planner's answer says otherwise to all who read it. */
    @Test
    void aDayThatFailedAfterItWasPublishedIsAConflictOfWhichThePlannerIsTold() throws Exception {
        Manifest manifest = Manifests.of(DAY, PLAN, NOW).rows(10).routed(10).build();
        output.put(ObjectKeys.manifest(DAY), MessageCodec.newMapper().writeValueAsBytes(manifest));
        PlanId newer = PlanId.create(NOW.plusSeconds(1));
        Failure failure = new Failure("x", Optional.empty());
        hear(PlanStatus.failed(DAY, newer, failure, Optional.empty(), NOW));

        Response response = post("{\"dataset\": \"equity\", \"date\": \"2013-10-07\"}");

        JsonNode body = json(response);
        assertThat(response.getStatus()).isEqualTo(409);
        assertThat(body.at("/day/state").asText()).isEqualTo("PUBLISHED");
        assertThat(body.at("/day/at").asText()).isEqualTo(NOW.toString());
        assertThat(submitted).containsExactly(PlanRequest.of("equity", DAY.date(), false, List.of(), List.of()));
    }

    @Test
    void forceGoesThrough() {
        hear(PlanStatus.planning(DAY, PLAN, NOW));

        assertThat(post("{\"dataset\": \"equity\", \"date\": \"2013-10-07\", \"force\": true}")
                        .getStatus())
                .isEqualTo(202);
        assertThat(submitted).singleElement().matches(request -> ((PlanRequest) request).force());
    }

    @Test
    void aFailedDayMayBeAskedForAgain() {
        hear(PlanStatus.failed(DAY, PLAN, new Failure("x", Optional.empty()), Optional.empty(), NOW));

        assertThat(post("{\"dataset\": \"equity\", \"date\": \"2013-10-07\"}").getStatus())
                .isEqualTo(202);
    }

    @Test
    void aLogThatIsDownIsSaidAsSuch() throws Exception {
        down = true;

        Response response = post("{\"dataset\": \"equity\", \"date\": \"2013-10-07\"}");

        assertThat(response.getStatus()).isEqualTo(503);
        assertThat(json(response).get("error").asText()).isEqualTo("the log is down");
    }

    @Test
    void daysAreListedAndFoundByDateAndDataset() throws Exception {
        hear(PlanStatus.planning(DAY, PLAN, NOW));
        hear(PlanStatus.planning(new Day("crypto", DAY.date()), PLAN, NOW));
        hear(PlanStatus.planning(new Day("crypto", DAY.date().plusDays(1)), PLAN, NOW));

        assertThat(json(get("/days"))).hasSize(3);
        assertThat(json(get("/days?dataset=crypto"))).hasSize(2);
        assertThat(json(get("/days/2013-10-07"))).hasSize(2);
        JsonNode one = json(get("/days/2013-10-07?dataset=equity"));
        assertThat(one).hasSize(1);
        assertThat(one.at("/0/day/dataset").asText()).isEqualTo("equity");
        assertThat(one.at("/0/state").asText()).isEqualTo("PLANNING");
    }

    @Test
    void daysAreNarrowedToAStateAndAnUnknownStateIsRefusedWithThoseThereAre() throws Exception {
        hear(PlanStatus.planning(DAY, PLAN, NOW));

        Response unknown = get("/days?state=xyz");

        assertThat(json(get("/days?state=Planning"))).hasSize(1);
        assertThat(json(get("/days?state=failed"))).isEmpty();
        assertThat(unknown.getStatus()).isEqualTo(400);
        assertThat(json(unknown).get("error").asText())
                .isEqualTo("state must be one of planning, shredding, finalizing, published, failed: xyz");
    }

    @Test
    void anUnknownDayIsNotFoundAndABadDateIsRefused() throws Exception {
        Response unknown = get("/days/2013-10-07");
        Response bad = get("/days/yesterday");

        assertThat(unknown.getStatus()).isEqualTo(404);
        assertThat(json(unknown).get("error").asText()).contains("no day 2013-10-07");
        assertThat(bad.getStatus()).isEqualTo(400);
        assertThat(json(bad).get("error").asText()).isEqualTo("date must be such as 2013-10-07: yesterday");
    }

    private void submit(Message request) throws TransportException {
        if (down) {
            throw new TransportException("the log is down");
        }
        submitted.add(request);
    }

    private Response post(String body) {
        return http.target("/plans").request().post(Entity.json(body));
    }

    private Response get(String path) {
        String[] parts = path.split("[?=]", 3);
        return parts.length == 1
                ? http.target(path).request().get()
                : http.target(parts[0]).queryParam(parts[1], parts[2]).request().get();
    }

    private static JsonNode json(Response response) throws Exception {
        return new ObjectMapper().readTree(response.readEntity(String.class));
    }

    private void hear(DayStatus status) {
        Outgoing record = Outbox.record(status);
        days.accept(new Incoming(record.topic(), 0, 0, record.key(), record.value(), Map.of()));
    }

    private static DatasetDefinition dataset() {
        TableDefinition trades = new TableDefinition(
                "trades",
                List.of("{date}/*"),
                "ListingId",
                List.of("Seq"),
                "Seq",
                Optional.empty(),
                List.of(),
                new BatchCaps(1, 1));
        return PlainDataset.of("equity", trades)
                .input("memory:in")
                .output("memory:out")
                .chunks(new ChunkPolicy(1, 1))
                .fingerprint("f")
                .build();
    }
}
