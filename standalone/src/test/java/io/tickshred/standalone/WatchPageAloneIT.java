package io.tickshred.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tickshred.standalone.browser.Browser;
import io.tickshred.standalone.embedded.FreePorts;
import io.tickshred.testkit.duckdb.Oracle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of a planner that has nobody to work for it, used by keyboard alone; in the end Kafka goes as well. */
class WatchPageAloneIT {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final String FAILED = "[data-day='trades/2024-01-05']";
    private static final String STUCK = "[data-day='trades/2024-01-04']";
    /** A name for what has the focus, where it is, and whether a person sees that it has it. */
    private static final String FOCUSED = """
            const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
            return { name: e === document.body ? 'BODY' : e.id || e.name || e.classList[0] || e.textContent.trim() || e.tagName,
              top: Math.round(box.top + scrollY), left: Math.round(box.left), bottom: Math.round(box.bottom + scrollY),
              seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
                && box.width > 0 && box.left >= 0 && box.bottom > 0 && box.top < innerHeight };
            """;

    @TempDir
    Path directory;

    @Test
    void daysAreAskedForOpenedAndRunAgainByKeyboardAndThePageSaysThatNobodyWorksAndThatKafkaIsAway() throws Exception {
        trades();
        Files.createDirectories(directory.resolve("out"));
        int port = FreePorts.find();
        try (Browser browser = Browser.start(directory);
                ProcessFleet fleet = ProcessFleet.start(directory, Map.of())) {
            fleet.dataset(
                    "trades",
                    "name: trades\ninput: " + directory.resolve("input") + "\noutput: " + directory.resolve("out")
                            + "\ntables:\n  - name: trades\n    maxRows: 600\n");
            fleet.plannerWith("planner", Map.of("PORT", Integer.toString(port)));
            fleet.awaitStarted();
            browser.show(1100, 900, false);
            browser.open("http://127.0.0.1:" + port + "/");
            browser.awaitText("#tables", "trades");

            // A date without objects, typed and sent; then looked at, run again after a question, and again not.
            tabTo(browser, "date");
            type(browser, "01052024" + Browser.ENTER);
            browser.awaitText("#answer", "asked for trades/2024-01-05");
            browser.awaitText(FAILED + ".failed .failure", "no object of table trades on 2024-01-05");
            tabTo(browser, "again");
            browser.press(Browser.ENTER);
            browser.awaitTrue("document.getElementById('confirm').open");
            assertThatFocusStaysIn(browser, "confirm");
            browser.screenshot(SCREENSHOTS.resolve("watch-question.png"));
            browser.press(Browser.ESCAPE);
            browser.awaitTrue("!document.getElementById('confirm').open");
            assertThat(focused(browser).path("name").asText())
                    .as("after Escape")
                    .isEqualTo("again");
            String plan = plan(browser);
            browser.press(Browser.SPACE);
            browser.awaitTrue("document.getElementById('confirm').open");
            tabTo(browser, "danger");
            browser.press(Browser.ENTER);
            browser.awaitTrue("fetch('days/2024-01-05').then(a => a.json()).then(d => d[0].plan !== '" + plan
                    + "' && d[0].state === 'FAILED')");
            assertThat(browser.run("return document.querySelector(\"" + FAILED + "\").contains(document.activeElement)")
                            .asBoolean())
                    .as("the keyboard is still at its day")
                    .isTrue();

            // A plan looked at: the dialog has the keyboard, and gives it back.
            browser.run("document.activeElement.blur(); document.querySelector('[name=date]').focus()");
            type(browser, "01042024");
            tabTo(browser, "dry-run");
            browser.press(Browser.SPACE);
            browser.awaitTrue("document.getElementById('preview').open");
            assertThatFocusStaysIn(browser, "preview");
            browser.press(Browser.ESCAPE);
            browser.awaitTrue("!document.getElementById('preview').open");
            assertThat(focused(browser).path("name").asText())
                    .as("after Escape")
                    .isEqualTo("dry-run");

            // A day that nobody works on.
            browser.run("document.activeElement.blur(); document.querySelector('[name=date]').focus()");
            type(browser, "01042024" + Browser.ENTER);
            browser.awaitText(STUCK + " .state", "shredding");
            browser.awaitText("#alarm", "nobody works on chunks: start shred workers.");
            browser.awaitText("#chunk-detail", "0 in flight, oldest");
            browser.awaitText("#ledger-lag", "0");
            assertThat(browser.text("#workers")).isEqualTo("0");
            browser.screenshot(SCREENSHOTS.resolve("watch-nobody-works.png"));

            assertThat(tour(browser))
                    .as("in the order in which they are seen")
                    .containsExactly(
                            "skip",
                            "dataset",
                            "date",
                            "to",
                            "mode",
                            "table",
                            "Run",
                            "dry-run",
                            "filter",
                            "Chunks, batches and who did them",
                            "again",
                            "workers-title");
            browser.show(400, 860, true);
            assertThat(tour(browser)).startsWith("skip", "filter").endsWith("dry-run", "workers-title");
            browser.run("window.scrollTo(0, 0)");
            browser.screenshot(SCREENSHOTS.resolve("watch-nobody-works-phone.png"));

            fleet.loseBroker();
            browser.awaitText("#link", "Kafka: ");
            browser.screenshot(SCREENSHOTS.resolve("watch-kafka-away.png"));
            assertThat(browser.text("#link")).hasSizeLessThan(300);
            assertThat(browser.errors()).isEmpty();
        }
    }

    private void trades() throws Exception {
        Path file = directory.resolve("input/trades/date=2024-01-04/mic=XNAS/part-0.parquet");
        Files.createDirectories(file.getParent());
        try (Oracle oracle = new Oracle()) {
            oracle.execute("COPY (SELECT (i % 7)::BIGINT AS ListingId, TIMESTAMP_NS '2024-01-04 10:00:00'"
                    + " AS TradeTimestampNanoseconds, i AS SeqNo, i * 1.5 AS Price FROM range(100) t(i)) TO '" + file
                    + "' (FORMAT parquet)");
        }
    }

    private static void type(Browser browser, String keys) throws Exception {
        for (String key : keys.split("")) {
            browser.press(key);
        }
    }

    private static JsonNode focused(Browser browser) throws Exception {
        return browser.run(FOCUSED);
    }

    private static void tabTo(Browser browser, String name) throws Exception {
        List<String> passed = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            browser.press(Browser.TAB);
            String at = focused(browser).path("name").asText();
            passed.add(at);
            if (at.equals(name)) {
                return;
            }
        }
        throw new AssertionError(name + " is not reached with the tabulator; passed: " + passed);
    }

    private static void assertThatFocusStaysIn(Browser browser, String dialog) throws Exception {
        for (int i = 0; i < 6; i++) {
            assertThat(browser.run("const a = document.activeElement; return document.getElementById('" + dialog
                                    + "').contains(a) || a === document.body")
                            .asBoolean())
                    .as("tabulator %s", i)
                    .isTrue();
            browser.press(Browser.TAB);
        }
    }

    /**
     * What the tabulator comes by from the top of the page to its end: each is seen, below or right of the one before.
     */
    private static List<String> tour(Browser browser) throws Exception {
        browser.run("document.activeElement.blur(); window.scrollTo(0, 0)");
        // Where the tabulator goes on from, without focus.
        browser.run("const top = document.createElement('span'); top.tabIndex = -1; document.body.prepend(top);"
                + " top.focus(); top.remove()");
        List<String> names = new ArrayList<>();
        JsonNode before = null;
        for (int i = 0; i < 60; i++) {
            browser.press(Browser.TAB);
            JsonNode at = focused(browser);
            String name = at.path("name").asText();
            if (name.equals("BODY")
                    || names.contains(name) && !names.get(names.size() - 1).equals(name)) {
                return names;
            }
            if (!names.isEmpty() && names.get(names.size() - 1).equals(name)) {
                continue; // the parts of a date
            }
            names.add(name);
            assertThat(at.path("seen").asBoolean())
                    .as("%s is seen to have the focus", at)
                    .isTrue();
            if (before != null && names.size() > 2) {
                boolean below = at.path("top").asInt() >= before.path("bottom").asInt() - 4;
                boolean right = at.path("left").asInt() > before.path("left").asInt();
                assertThat(below || right).as("%s comes after %s", at, before).isTrue();
            }
            before = at;
        }
        return names;
    }

    private static String plan(Browser browser) throws Exception {
        return browser.run("return fetch('days/2024-01-05').then(a => a.json()).then(d => d[0].plan)")
                .asText();
    }
}
