package io.tickshred.standalone.browser;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tickshred.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Headless Chromium, driven through Debian's chromedriver by the W3C's WebDriver protocol, of which a page's test needs
 * a handful of calls. Its log and profile lie in the directory it is given.
 */
public final class Browser implements AutoCloseable {
    private static final Pattern PORT = Pattern.compile("started successfully on port (\\d+)");
    private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
    private static final List<String> ARGUMENTS = List.of(
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--lang=en-US");

    /** Keys as WebDriver spells them. */
    public static final String ENTER = "\uE007";

    public static final String TAB = "\uE004";
    public static final String ESCAPE = "\uE00C";
    public static final String SPACE = " ";

    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper mapper = new JsonMapper();
    private final Process driver;
    private final String session;

    private Browser(Process driver, int port, Path directory) throws Exception {
        this.driver = driver;
        String root = "http://127.0.0.1:" + port + "/session";
        List<String> arguments = new java.util.ArrayList<>(ARGUMENTS);
        arguments.add("--user-data-dir=" + directory.resolve("profile"));
        JsonNode made = call(
                "POST",
                root,
                Map.of(
                        "capabilities",
                        Map.of(
                                "alwaysMatch",
                                Map.of(
                                        "browserName",
                                        "chrome",
                                        "goog:chromeOptions",
                                        Map.of("args", arguments),
                                        "goog:loggingPrefs",
                                        Map.of("browser", "ALL")))));
        this.session = root + "/" + made.path("sessionId").asText();
    }

    /** Starts one; skips the test, and says so, where there is none. */
    public static Browser start(Path directory) throws Exception {
        Path log = directory.resolve("chromedriver.log");
        Process driver;
        try {
            driver = new ProcessBuilder("chromedriver", "--port=0")
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            assumeTrue(false, "skipped: chromedriver is not installed here (Debian: chromium chromium-driver)");
            throw e;
        }
        try {
            Await.until("chromedriver started", () -> PORT.matcher(text(log)).find(), () -> text(log));
            Matcher port = PORT.matcher(text(log));
            if (!port.find()) {
                throw new IllegalStateException(text(log));
            }
            return new Browser(driver, Integer.parseInt(port.group(1)), directory);
        } catch (Exception | AssertionError e) {
            driver.destroy();
            throw e;
        }
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode call(String method, String uri, Object body) throws IOException, InterruptedException {
        HttpRequest.BodyPublisher content = method.equals("POST")
                ? HttpRequest.BodyPublishers.ofString(mapper.writeValueAsString(body))
                : HttpRequest.BodyPublishers.noBody();
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(uri)).method(method, content).build(),
                HttpResponse.BodyHandlers.ofString());
        JsonNode value = mapper.readTree(answer.body()).path("value");
        if (answer.statusCode() != 200) {
            throw new IOException(
                    method + " " + uri + ": " + value.path("message").asText());
        }
        return value;
    }

    private JsonNode post(String path, Object body) throws IOException, InterruptedException {
        return call("POST", session + path, body);
    }

    /** Opens a page and waits until it has loaded. */
    public void open(String uri) throws Exception {
        post("/url", Map.of("url", uri));
    }

    /** What a script returns. */
    public JsonNode run(String script) throws Exception {
        return post("/execute/sync", Map.of("script", script, "args", List.of()));
    }

    /** What a person reads in the first element that the selector finds; empty when there is none. */
    public String text(String selector) throws Exception {
        return run("return document.querySelector(" + mapper.writeValueAsString(selector) + ")?.innerText ?? ''")
                .asText();
    }

    /** Waits until a person can read a text somewhere in the element. */
    public void awaitText(String selector, String wanted) throws Exception {
        await(selector + " says '" + wanted + "'", () -> text(selector).contains(wanted), () -> text(selector));
    }

    /** Waits until a script returns true. */
    public void awaitTrue(String script) throws Exception {
        await(script, () -> run("return " + script).asBoolean(), () -> text("body"));
    }

    private interface Step<T> {
        T take() throws Exception;
    }

    private static void await(String what, Step<Boolean> condition, Step<String> found) throws Exception {
        Await.until(what, () -> quietly(condition), () -> quietly(found));
    }

    private static <T> T quietly(Step<T> step) {
        try {
            return step.take();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private String element(String selector) throws Exception {
        return post("/element", Map.of("using", "css selector", "value", selector))
                .path(ELEMENT)
                .asText();
    }

    /** Clicks where a person would; fails when something else lies there. */
    public void click(String selector) throws Exception {
        post("/element/" + element(selector) + "/click", Map.of());
    }

    /** Types into an element from its start, as one does who has just come to it. */
    public void type(String selector, String keys) throws Exception {
        run("document.activeElement?.blur()");
        post("/element/" + element(selector) + "/value", Map.of("text", keys));
    }

    /** Presses a key, wherever the keyboard's focus is. */
    public void press(String key) throws Exception {
        post(
                "/actions",
                Map.of(
                        "actions",
                        List.of(Map.of(
                                "type",
                                "key",
                                "id",
                                "keyboard",
                                "actions",
                                List.of(
                                        Map.of("type", "keyDown", "value", key),
                                        Map.of("type", "keyUp", "value", key))))));
    }

    /** Shows the page in a window of this size, in light or dark colours, as a device of this width would. */
    public void show(int width, int height, boolean dark) throws Exception {
        devtools(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
        devtools(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    private void devtools(String command, Map<String, Object> parameters) throws Exception {
        post("/goog/cdp/execute", Map.of("cmd", command, "params", parameters));
    }

    /** Writes what is seen as a PNG. */
    public void screenshot(Path file) throws Exception {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(
                file,
                Base64.getDecoder()
                        .decode(call("GET", session + "/screenshot", Map.of()).asText()));
    }

    /** Errors in the browser's console since the last call, such as scripts that failed and requests refused. */
    public List<String> errors() throws Exception {
        List<String> errors = new java.util.ArrayList<>();
        for (JsonNode entry : post("/se/log", Map.of("type", "browser"))) {
            if (entry.path("level").asText().equals("SEVERE")) {
                errors.add(entry.path("message").asText());
            }
        }
        return errors;
    }

    @Override
    public void close() throws Exception {
        try {
            call("DELETE", session, Map.of());
        } finally {
            driver.destroy();
            driver.waitFor();
        }
    }
}
