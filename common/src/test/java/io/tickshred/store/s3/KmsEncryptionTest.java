package io.tickshred.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tickshred.config.S3Configuration;
import io.tickshred.store.ObjectStore;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KmsEncryptionTest {
    private static final String KEY = "arn:aws:kms:us-east-1:123456789012:key/one";

    @TempDir
    Path directory;

    private HttpServer server;
    private final List<String> requests = new CopyOnWriteArrayList<>();

    @BeforeEach
    void startAServerThatAgreesToEverything() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stopIt() {
        server.stop(0);
    }

    /** Notes method, query without values, and the encryption that is asked for. */
    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String query =
                    Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
            requests.add(exchange.getRequestMethod() + " " + query.replaceAll("=[^&]*", "") + " "
                    + exchange.getRequestHeaders().getFirst("x-amz-server-side-encryption") + " "
                    + exchange.getRequestHeaders().getFirst("x-amz-server-side-encryption-aws-kms-key-id") + " "
                    + exchange.getRequestHeaders().getFirst("x-amz-server-side-encryption-bucket-key-enabled"));
            String body =
                    switch (exchange.getRequestMethod() + (query.startsWith("uploadId") ? "+" : "")) {
                        case "POST" ->
                            "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>";
                        case "POST+" ->
                            "<CompleteMultipartUploadResult><ETag>\"e\"</ETag></CompleteMultipartUploadResult>";
                        default -> "";
                    };
            exchange.getResponseHeaders().set("ETag", "\"e\"");
            exchange.getResponseHeaders().set("Last-Modified", "Mon, 05 Jan 2026 18:00:00 GMT");
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().set("Content-Length", "10");
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
            if (bytes.length > 0) {
                exchange.getResponseBody().write(bytes);
            }
        }
    }

    private void write(Optional<String> key) throws Exception {
        URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        S3Configuration configuration = new S3Configuration(
                Optional.of(endpoint),
                "us-east-1",
                true,
                Optional.of("who"),
                Optional.of("secret"),
                8,
                8 * S3Configuration.TRANSFER_BYTES,
                key);
        Path large = directory.resolve("large");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(S3Uploader.PART_BYTES + 1);
        }
        Path small = directory.resolve("small");
        try (RandomAccessFile file = new RandomAccessFile(small.toFile(), "rw")) {
            file.setLength(10);
        }
        try (S3Stores stores = new S3Stores(configuration)) {
            ObjectStore store = stores.open("s3://bucket/prefix");
            assertThat(store.writeIfAbsent("manifest.json", new byte[] {1})).isTrue();
            assertThat(store.replace("manifest.json", new byte[] {2}, "e")).isTrue();
            store.write("small", small);
            assertThat(store.writeIfAbsent("once", small)).isPresent();
            store.write("large", large);
        }
    }

    @Test
    void everyRequestThatMakesAnObjectNamesTheKeyAndNoOther() throws Exception {
        write(Optional.of(KEY));

        String asked = " aws:kms " + KEY + " true";
        assertThat(requests.stream().filter(request -> request.matches("(PUT  |POST uploads ).*")))
                .hasSize(5)
                .allMatch(request -> request.endsWith(asked));
        assertThat(requests.stream().filter(request -> !request.matches("(PUT  |POST uploads ).*")))
                .as("parts, completion, looks")
                .isNotEmpty()
                .allMatch(request -> request.endsWith(" null null null"));
    }

    @Test
    void withoutAKeyTheBucketsDefaultHolds() throws Exception {
        write(Optional.empty());

        assertThat(requests).isNotEmpty().allMatch(request -> request.endsWith(" null null null"));
    }
}
