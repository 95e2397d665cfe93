package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tickshred.config.DatasetFile;
import io.tickshred.config.Datasets;
import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.fleet.Outbox;
import io.tickshred.message.DayStatus;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.Message;
import io.tickshred.message.PlanRequest;
import io.tickshred.message.RangeStatus;
import io.tickshred.message.RangeStop;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.MetricFailure;
import io.tickshred.model.PlanId;
import io.tickshred.model.RangeDay;
import io.tickshred.model.RangeId;
import io.tickshred.model.RangeState;
import io.tickshred.model.RunMode;
import io.tickshred.planner.plan.PlanRequests;
import io.tickshred.standalone.LocalFleet;
import io.tickshred.standalone.LocalFleetSettings;
import io.tickshred.standalone.browser.Browser;
import io.tickshred.standalone.embedded.s3.EmbeddedS3;
import io.tickshred.store.ObjectStore;
import io.tickshred.testkit.Await;
import io.tickshred.testkit.SharedData;
import io.tickshred.testkit.Statuses;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page to watch days on, in a real browser, over a real fleet and real trades. Screenshots go to target/. */
class WatchPageIT {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final String DAY = "[data-day='us/2013-10-07']";
    private static final String SATURDAY = "[data-day='us/2013-10-12']";
    private static final PlanId RUNNING = PlanId.create(Instant.now());
    private static final String RANGE = "[data-range='us/%s']";

    @TempDir
    Path directory;

    private static Datasets datasets() throws Exception {
        return Datasets.of(List.of(DatasetFile.parse("us", """
                name: us
                input: s3://market
                output: s3://days
                chunks:
                  maxObjects: 1
                tables:
                  - name: trades
                    maxRows: 60000
                  - name: blocks
                    where: Size >= 1000
                    maxRows: 60000
                """)));
    }

    @Test
    void aDayIsRunFromThePageWatchedToItsEndAndRunAgainAndAFailedOneSaysWhy() throws Exception {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Path source = SharedData.require("us_equity").resolve("date=2013-10-07");
        try (Browser browser = Browser.start(directory);
                EmbeddedS3 s3 = EmbeddedS3.start(EmbeddedS3.Settings.of(directory.resolve("s3"), 0, "market", "days"));
                LocalFleet fleet = LocalFleet.start(
                        datasets(),
                        new LocalFleetSettings(
                                directory.resolve("work"),
                                0,
                                1,
                                DuckDbEngines.one(new MemoryBudget(256L << 20, 1)),
                                s3.configuration()),
                        registry);
                UpServer server = UpServer.start(fleet, registry, 0, 0)) {
            upload(source, fleet.stores().open("s3://market/date=2013-10-07"));
            browser.show(1100, 900, false);
            browser.open("http://127.0.0.1:" + server.ports().get(0) + "/");
            browser.awaitText("#empty", "No day was asked for yet");
            browser.awaitText("#link", "live");
            browser.awaitText("#tables", "blocks");

            // By keyboard alone: a date typed into the field, then Enter.
            browser.awaitText("#workers", "2");
            browser.awaitText("#slots", "2 slots");

            // Looked at before it is run: nothing is run by it, and the plan can be run from there.
            browser.type("[name=date]", "10072013");
            browser.click("#dry-run");
            browser.awaitText("#preview-title", "us 2013-10-07, as it would be run");
            assertThat(browser.text("#preview-plan"))
                    .contains("Chunks of trades", "776,834 in 40 objects", "every row counted", "Requests", "Memory");
            browser.awaitTrue("document.querySelector('#preview-plan .plot svg').getBoundingClientRect().width > 600");
            browser.screenshot(SCREENSHOTS.resolve("watch-preview.png"));
            assertThat(browser.text("#empty")).contains("No day was asked for yet");
            browser.run("window.differing = []; new MutationObserver(() => {"
                    + " const of = selector => document.querySelector(`" + DAY + " ${selector}`)?.textContent ?? '';"
                    + " const bar = of('.chunks-text').split(' ')[0], board = of('.board figcaption').split(' ')[0];"
                    + " if (board.match(/^[0-9]/) && bar !== board) window.differing.push(`${bar} and ${board}`); })"
                    + ".observe(document.getElementById('days'), { subtree: true, childList: true })");
            browser.click("#preview [value=run]");
            browser.awaitText("#answer", "asked for us/2013-10-07");
            browser.awaitText(DAY, "shredding");
            browser.awaitText(DAY, "rows/s");
            browser.awaitText(DAY, "left to shred");
            browser.awaitTrue(
                    "/[1-9][0-9.]* [KM]iB staged/.test(document.querySelector(\"" + DAY + " .figures\").textContent)");
            // Chunk by chunk, as the workers tell.
            browser.awaitText(DAY + " .board figcaption", "chunks done");
            browser.awaitTrue("document.querySelectorAll(\"" + DAY + " .grid .done\").length > 3");
            assertThat(browser.text(DAY + " .board")).contains("Slowest chunks", "Who did it", "worker");
            browser.screenshot(SCREENSHOTS.resolve("watch-running.png"));
            browser.awaitText(DAY, "published");
            assertThat(browser.text(DAY)).contains("776,834 rows", "0 outside the universe", "took ");
            browser.awaitText(DAY + " .phases", "finalized in");
            assertThat(browser.run("return window.differing.join('; ')").asText())
                    .as("chunks done, where two places say other numbers")
                    .isEmpty();
            assertThat(browser.run("return document.querySelectorAll(\"" + DAY + " .grid .open\").length")
                            .asInt())
                    .as("squares of tasks that are not done")
                    .isZero();
            browser.awaitText("#running", "0");
            browser.awaitText("#chunk-backlog", "0");

            // What was told of the tasks is there after a reload too, read from the log.
            browser.open("http://127.0.0.1:" + server.ports().get(0) + "/");
            browser.awaitText(DAY, "published");
            browser.type(DAY + " .tasks summary", Browser.ENTER);
            browser.awaitText(DAY + " .phases", "shredded in");

            browser.type(DAY + " .output summary", Browser.ENTER);
            browser.awaitTrue("document.querySelector(\"" + DAY + " .plot svg title\") !== null");
            assertThat(browser.run("return document.querySelectorAll('.plot .actual').length")
                            .asInt())
                    .isGreaterThan(5);
            assertThat(browser.run("return document.querySelectorAll('.plot .planned').length")
                            .asInt())
                    .as("each batch as planned around it as it is")
                    .isEqualTo(browser.run("return document.querySelectorAll('.plot .actual').length")
                            .asInt());
            assertThat(browser.text(DAY + " .manifest")).isEqualTo("s3://days/us/2013-10-07/manifest.json");

            // A Saturday, one table alone and in a mode of its own; asked for again in the same way.
            browser.click("#tables [value=blocks]");
            browser.run("document.querySelector('[name=mode]').value = 'naive'");
            browser.type("[name=date]", "10122013" + Browser.ENTER);
            browser.awaitText(SATURDAY + ".failed .failure", "no object of table trades on 2013-10-12");
            browser.click(SATURDAY + " .again");
            awaitQuestion(browser, "us/2013-10-12 is failed. Running it again makes a new plan;");
            awaitQuestion(browser, "It runs tables trades, mode naive.");
            browser.click("#confirm [value=yes]");
            browser.awaitText("#answer", "asked for us/2013-10-12");
            PlanRequest saturday = PlanRequest.of("us", LocalDate.of(2013, 10, 12), false, List.of("trades"), List.of())
                    .in(Optional.of(RunMode.NAIVE));
            awaitAsked(fleet, asked -> asked.stream().filter(saturday::equals).count() == 2);
            browser.click("#tables [value=blocks]");
            browser.run("document.querySelector('[name=mode]').value = ''");

            // A weekend, then a Wednesday without objects, at which the range stops.
            browser.type("[name=date]", "10052013");
            browser.type("[name=to]", "10062013" + Browser.ENTER);
            browser.awaitText(RANGE.formatted("2013-10-05..2013-10-06"), "2 skipped");
            browser.type("[name=date]", "10092013");
            browser.type("[name=to]", "10112013" + Browser.ENTER);
            browser.awaitText(RANGE.formatted("2013-10-09..2013-10-11"), "1 failed, 2 not run");
            browser.awaitText(RANGE.formatted("2013-10-09..2013-10-11") + " .lines", "2013-10-09 failed: no object");
            assertThat(browser.run("return document.querySelectorAll('.strip .failed').length")
                            .asInt())
                    .isEqualTo(1);
            browser.run("document.querySelector('[name=to]').value = ''");

            // A day of another fleet's planner, say, that lacks a metric.
            say(fleet, lackingAMetric());
            browser.awaitText(
                    "[data-day='bars/2013-10-04'].lacking .metrics", "metrics/mine.sql, line 3: no column Prize");
            browser.awaitText("[data-day='bars/2013-10-04'] .state", "published, without 1 metric");
            browser.run("window.scrollTo(0, 0)");
            browser.screenshot(SCREENSHOTS.resolve("watch.png"));

            // A range that runs is stopped, after a question.
            RangeId range = new RangeId("us", LocalDate.of(2013, 11, 4), LocalDate.of(2013, 11, 8));
            say(fleet, range(range, RangeState.RUNNING));
            browser.awaitText(RANGE.formatted("2013-11-04..2013-11-08"), "5 waiting");
            browser.click(RANGE.formatted("2013-11-04..2013-11-08") + " .stop");
            awaitQuestion(browser, "us/2013-11-04..2013-11-08 will begin no further day");
            browser.click("#confirm [value=yes]");
            browser.awaitText("#answer", "stopping us/2013-11-04..2013-11-08");
            awaitAsked(fleet, asked -> asked.contains(new RangeStop(range)));
            say(fleet, range(range, RangeState.STOPPED));

            // Days that were published before are told apart.
            RangeId before = new RangeId("us", LocalDate.of(2013, 11, 11), LocalDate.of(2013, 11, 12));
            say(fleet, publishedBefore(before));
            browser.awaitText(RANGE.formatted("2013-11-11..2013-11-12"), "0 published, 2 already published");

            // Nobody asked this planner for the other fleet's day.
            browser.click("[data-day='bars/2013-10-04'] .again");
            awaitQuestion(browser, "How it was asked for is not known any more. It runs all tables.");
            browser.click("#confirm [value=no]");
            browser.awaitTrue("document.getElementById('confirm').open === false");

            // Asked for while it runs, by somebody who has to know what becomes of that.
            say(fleet, running(DayState.SHREDDING));
            browser.awaitText("[data-day='us/2013-10-14'] .state", "shredding");
            browser.type("[name=date]", "10142013" + Browser.ENTER);
            awaitQuestion(
                    browser,
                    "us/2013-10-14 is in progress. Running it again makes a new plan, and its running plan is given up;");
            browser.click("#confirm [value=no]");
            browser.awaitTrue("document.getElementById('confirm').open === false");
            say(fleet, running(DayState.PUBLISHED));
            browser.awaitText("[data-day='us/2013-10-14'] .state", "published");

            // Asked again without force, the planner refuses; the page asks back, and Cancel changes nothing.
            String plan = planOf(browser);
            browser.type("[name=date]", "10072013" + Browser.ENTER);
            awaitQuestion(browser, "us/2013-10-07 is published");
            browser.click("#confirm [value=no]");
            browser.awaitTrue("document.getElementById('confirm').open === false");
            assertThat(planOf(browser)).isEqualTo(plan);

            browser.click(DAY + " .again");
            awaitQuestion(browser, "us/2013-10-07 is published");
            browser.click("#confirm [value=yes]");
            browser.awaitText("#answer", "asked for us/2013-10-07");
            browser.awaitTrue("fetch('days/2013-10-07').then(a => a.json()).then(d => d[0].plan !== '" + plan
                    + "' && d[0].state === 'PUBLISHED')");
            browser.awaitText(DAY, "published");

            browser.show(400, 860, true);
            assertThat(browser.run("return document.documentElement.scrollWidth")
                            .asInt())
                    .as(
                            "nothing to scroll sideways on a phone; too wide: %s",
                            browser.run("return [...document.querySelectorAll('body *')]"
                                    + ".filter(e => e.getBoundingClientRect().right > 401)"
                                    + ".map(e => e.tagName + '.' + e.className).slice(0, 12).join(' ')"))
                    .isLessThanOrEqualTo(400);
            assertThat(browser.run("return document.getElementById('days').getBoundingClientRect().top"
                                    + " < document.getElementById('plan').getBoundingClientRect().top")
                            .asBoolean())
                    .as("days before the form")
                    .isTrue();
            String plot = "document.querySelector(\"" + DAY + " .plot svg\")";
            // The text of a plot is as large as all else, however narrow the page.
            browser.awaitTrue(
                    "Math.abs(" + plot + ".getBoundingClientRect().width - " + plot + ".viewBox.baseVal.width) < 2");
            browser.run("document.querySelector(\"" + DAY + "\").scrollIntoView({ block: 'center' })");
            browser.screenshot(SCREENSHOTS.resolve("watch-phone-dark.png"));

            assertThat(browser.run("return performance.getEntriesByType('resource')"
                                    + ".filter(e => !e.name.startsWith(location.origin)).length")
                            .asInt())
                    .as("requests to other addresses")
                    .isZero();
            // A refusal, and days that this fleet neither was asked for nor has tasks of.
            assertThat(browser.errors())
                    .filteredOn(e -> !e.contains("409")
                            && !e.contains("days/2013-10-04/request")
                            && !e.contains("days/2013-10-14/tasks"))
                    .isEmpty();

            // A planner that goes away for a moment and comes back does not tick what a person has unticked.
            browser.click("#tables [value=blocks]");
            int port = server.ports().get(0);
            server.close();
            browser.awaitText("#link", "connection lost");
            awaitThatThePageComesBackAfterAnAnswerThatIsNone(browser, port);
            try (UpServer again = UpServer.start(fleet, registry, port, 0)) {
                browser.awaitText("#link", "live");
                assertThat(browser.run("return document.querySelector('#tables [value=blocks]').checked")
                                .asBoolean())
                        .isFalse();
                assertThat(browser.run("return document.querySelector('#tables [value=trades]').checked")
                                .asBoolean())
                        .isTrue();
                assertThat(again.ports()).contains(port);
            }
        }
    }

    private static DayStatus lackingAMetric() {
        return Statuses.of(new Day("bars", LocalDate.of(2013, 10, 4)), DayState.PUBLISHED, Instant.now())
                .chunksDone(4)
                .chunks(4)
                .batchesDone(2)
                .batches(2)
                .rows(1000)
                .routed(1000)
                .stagedBytes(4096)
                .plan(PlanId.create(Instant.now()))
                .manifest("s3://days/bars/2013-10-04/manifest.json")
                .failedMetrics(
                        List.of(new MetricFailure("mine", 0, "metrics/mine.sql", Optional.of(3), "no column Prize")))
                .build();
    }

    private static void awaitQuestion(Browser browser, String text) throws Exception {
        browser.awaitTrue("document.getElementById('confirm').open");
        browser.awaitText("#confirm-text", text);
    }

    private static void say(LocalFleet fleet, Message message) throws Exception {
        try (Publisher publisher = fleet.transport().publisher()) {
            publisher.publish(List.of(Outbox.record(message)));
        }
    }

    /** Until the log of requests is so. */
    private static void awaitAsked(LocalFleet fleet, Predicate<List<Message>> wanted) throws Exception {
        List<Message> asked = new CopyOnWriteArrayList<>();
        try (Transport.View view = fleet.transport().view(Topic.PLAN_REQUESTS, record -> {
            try {
                asked.add(PlanRequests.parse(record.value().orElseThrow()));
            } catch (MalformedMessageException e) {
                throw new IllegalStateException(e);
            }
        })) {
            Await.until("it is asked for", () -> wanted.test(asked), () -> asked);
            assertThat(view.alive()).isTrue();
        }
    }

    /** After an answer such as a proxy's, browsers give a stream up for good; the page opens another. */
    private static void awaitThatThePageComesBackAfterAnAnswerThatIsNone(Browser browser, int port) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HttpServer proxy = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        proxy.createContext("/events", exchange -> {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        proxy.start();
        try {
            Await.until("the page tries again after a 503", () -> asked.get() >= 2, asked::get);
            assertThat(browser.text("#link")).contains("trying again");
        } finally {
            proxy.stop(0);
        }
    }

    private static RangeStatus range(RangeId range, RangeState state) {
        List<RangeDay> days = range.from()
                .datesUntil(range.to().plusDays(1))
                .map(date -> new RangeDay(date, RangeDay.State.WAITING, Optional.empty()))
                .toList();
        return Statuses.of(range, state, Instant.now())
                .waiting(days.size())
                .days(days)
                .build();
    }

    private static RangeStatus publishedBefore(RangeId range) {
        List<RangeDay> days = range.from()
                .datesUntil(range.to().plusDays(1))
                .map(date -> RangeDay.of(date, RangeDay.State.PUBLISHED, "already published"))
                .toList();
        return Statuses.of(range, RangeState.DONE, Instant.now())
                .published(days.size())
                .days(days)
                .build();
    }

    private static DayStatus running(DayState state) {
        return Statuses.of(new Day("us", LocalDate.of(2013, 10, 14)), state, Instant.now())
                .chunksDone(4)
                .chunks(4)
                .batches(2)
                .rows(1000)
                .routed(1000)
                .stagedBytes(4096)
                .plan(RUNNING)
                .build();
    }

    private static void upload(Path from, ObjectStore to) throws Exception {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                to.write(from.relativize(file).toString(), file);
            }
        }
    }

    private static String planOf(Browser browser) throws Exception {
        return browser.run("return fetch('days/2013-10-07').then(a => a.json()).then(d => d[0].plan)")
                .asText();
    }
}
