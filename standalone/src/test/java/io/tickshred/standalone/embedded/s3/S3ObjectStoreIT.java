package io.tickshred.standalone.embedded.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.config.S3Configuration;
import io.tickshred.store.ByteRange;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import io.tickshred.store.ObjectStoreException.Kind;
import io.tickshred.store.StoredObject;
import io.tickshred.store.uri.ObjectStores;
import io.tickshred.testkit.ObjectStoreContract;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The store against the embedded server, directly and through a proxy that cuts connections. */
class S3ObjectStoreIT extends ObjectStoreContract {
    private static final AtomicInteger PREFIX = new AtomicInteger();

    @TempDir
    private static Path data;

    private static EmbeddedS3 server;
    private static ObjectStores stores;

    @BeforeAll
    static void start() throws IOException {
        server = EmbeddedS3.start(EmbeddedS3.Settings.of(data, 0, "day-bucket"));
        stores = new ObjectStores(server.configuration());
    }

    @AfterAll
    static void stop() throws IOException {
        stores.close();
        server.close();
    }

    @Override
    protected ObjectStore emptyStore() {
        return stores.open("s3://day-bucket/test-" + PREFIX.incrementAndGet());
    }

    @Override
    protected ObjectStore missingRoot() {
        return stores.open("s3://no-such-bucket/prefix");
    }

    @Override
    protected void beginUpload(ObjectStore store, String key) {
        AbandonedUpload.at(store.uri(key), server.configuration());
    }

    /** Three parts, the last of them short. */
    @Override
    protected int largeBytes() {
        return 33_600_001;
    }

    @Test
    void aMissingBucketIsOneClearLine() {
        assertThatThrownBy(() -> missingRoot().list("", object -> {}))
                .hasMessage("cannot list s3://no-such-bucket/prefix/: bucket no-such-bucket does not exist at "
                        + server.endpoint() + "; create it or correct its name");
        fails(Kind.NO_ACCESS, "no-such-bucket", () -> missingRoot().writeIfAbsent("key", new byte[] {1}));
        fails(Kind.NO_ACCESS, "no-such-bucket", () -> missingRoot().write("key", file(new byte[] {1})));
    }

    @Test
    void wrongCredentialsAreOneClearLine() throws Exception {
        for (S3Configuration wrong : List.of(
                S3Configuration.server(server.endpoint(), "tickshred", "not-the-secret"),
                S3Configuration.server(server.endpoint(), "somebody", "tickshred-secret"))) {
            try (ObjectStores refused = new ObjectStores(wrong)) {
                ObjectStore store = refused.open("s3://day-bucket/");

                assertThatThrownBy(() -> store.list("", object -> {}))
                        .isInstanceOfSatisfying(ObjectStoreException.class, failure -> assertThat(failure.kind())
                                .isEqualTo(Kind.NO_ACCESS))
                        .hasMessageContaining("refuses the credentials; correct accessKey ("
                                + wrong.accessKey().get() + ") and secretKey")
                        .hasMessageNotContaining("\n");
            }
        }
    }

    @Test
    void aServerThatIsNotThereIsUnavailable() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        URI nowhere = URI.create("http://127.0.0.1:" + port);
        try (ObjectStores unreachable = new ObjectStores(S3Configuration.server(nowhere, "a", "b"))) {
            ObjectStore store = unreachable.open("s3://day-bucket/");

            fails(Kind.UNAVAILABLE, nowhere.toString(), () -> store.list("", object -> {}));
        }
    }

    @Test
    void aBodyThatBreaksOffInTheMiddleIsReadAgain() throws Exception {
        byte[] content = random(largeBytes());
        ObjectStore direct = emptyStore();
        StoredObject object = direct.write("large", file(content));
        Path target = scratch.resolve("mirror");

        try (CuttingProxy proxy = new CuttingProxy(server.endpoint());
                ObjectStores through = through(proxy);
                FileChannel channel = FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ObjectStore store = through.open(direct.uri(""));
            proxy.cut(6, 1_000_000);
            store.readInto(object, List.of(new ByteRange(0, content.length)), channel);
            assertThat(proxy.cuts()).as("connections cut").isEqualTo(6);

            proxy.cut(3, 300_000);
            byte[] range = store.read(object, new ByteRange(1_000, 1_000_000));
            assertThat(range).isEqualTo(Arrays.copyOfRange(content, 1_000, 1_001_000));
            assertThat(proxy.cuts()).as("connections cut").isEqualTo(9);
        }

        assertThat(Arrays.equals(Files.readAllBytes(target), content)).isTrue();
    }

    @Test
    void aConditionalWriteWhoseAnswerIsLostKnowsItsOwnSuccess() throws Exception {
        ObjectStore direct = emptyStore();
        try (CuttingProxy proxy = new CuttingProxy(server.endpoint());
                ObjectStores through = through(proxy)) {
            ObjectStore store = through.open(direct.uri(""));

            proxy.cutAnswersTo("PUT ", 1, 5);
            assertThat(store.writeIfAbsent("key", "mine".getBytes(UTF_8))).isTrue();
            assertThat(proxy.cuts()).isEqualTo(1);
            String etag = direct.head("key").etag();
            proxy.cutAnswersTo("PUT ", 1, 5);
            assertThat(store.replace("key", "next".getBytes(UTF_8), etag)).isTrue();
            assertThat(proxy.cuts()).isEqualTo(2);
        }

        assertThat(direct.read("key")).asString(UTF_8).isEqualTo("next");
        assertThat(direct.writeIfAbsent("key", "next".getBytes(UTF_8))).isFalse();
    }

    @Test
    void anUploadThroughBrokenConnectionsIsWhole() throws Exception {
        byte[] content = random(largeBytes());
        Path file = file(content);
        ObjectStore direct = emptyStore();
        try (CuttingProxy proxy = new CuttingProxy(server.endpoint());
                ObjectStores through = through(proxy)) {
            proxy.cutAnswersTo("partNumber=", 3, 5);
            through.open(direct.uri("")).write("large", file);
            assertThat(proxy.cuts()).as("connections cut").isEqualTo(3);
        }

        assertThat(Arrays.equals(direct.read("large"), content)).isTrue();
    }

    @Test
    void anUploadWhoseCompletionIsNotAnsweredIsStillSeenToBeComplete() throws Exception {
        byte[] content = random(largeBytes());
        Path file = file(content);
        ObjectStore direct = emptyStore();
        try (CuttingProxy proxy = new CuttingProxy(server.endpoint());
                ObjectStores through = through(proxy)) {
            proxy.cutAnswersTo("<CompleteMultipartUpload", 1, 5);
            StoredObject written = through.open(direct.uri("")).write("large", file);
            assertThat(proxy.cuts()).as("connections cut").isEqualTo(1);
            assertThat(written.sizeBytes()).isEqualTo(content.length);
        }

        assertThat(Arrays.equals(direct.read("large"), content)).isTrue();
    }

    @Test
    void anUploadIfAbsentWhoseCompletionIsNotAnsweredKnowsItsOwnSuccess() throws Exception {
        byte[] content = random(largeBytes());
        Path file = file(content);
        ObjectStore direct = emptyStore();
        try (CuttingProxy proxy = new CuttingProxy(server.endpoint());
                ObjectStores through = through(proxy)) {
            proxy.cutAnswersTo("<CompleteMultipartUpload", 1, 5);
            assertThat(through.open(direct.uri("")).writeIfAbsent("large", file))
                    .isPresent();
            assertThat(proxy.cuts()).as("connections cut").isEqualTo(1);
        }

        assertThat(Arrays.equals(direct.read("large"), content)).isTrue();
        assertThat(direct.writeIfAbsent("large", file)).isEmpty();
    }

    @Test
    void anUploadThatIsInterruptedIsAborted() throws Exception {
        Path file = file(random(largeBytes()));
        ObjectStore store = emptyStore();
        Thread writer = Thread.currentThread();
        Thread interrupter = new Thread(() -> {
            try {
                while (partsOnDisk().isEmpty()) {
                    Thread.sleep(1);
                }
                writer.interrupt();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        interrupter.start();
        assertThatThrownBy(() -> store.write("large", file)).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).as("interrupt flag").isTrue();
        interrupter.join();

        fails(Kind.NOT_FOUND, "large", () -> store.head("large"));
        assertThat(stubsOnDisk()).as("uploads the server still knows").isEmpty();
    }

    @Test
    void neighbouringRangesShareARequestAndOnlyWantedBytesAreWritten() throws Exception {
        byte[] content = random(3_000_000);
        StoredObject object = emptyStore().write("object", file(content));
        ObjectStore store = stores.open("s3://day-bucket/test-" + PREFIX.get());
        List<ByteRange> ranges = new ArrayList<>();
        for (int offset = 0; offset < 3_000_000; offset += 30_000) {
            ranges.add(new ByteRange(offset, 100));
        }
        byte[] expected = new byte[2_970_100];
        ranges.forEach(range ->
                System.arraycopy(content, (int) range.offset(), expected, (int) range.offset(), (int) range.length()));
        Path target = scratch.resolve("mirror");

        try (FileChannel channel = FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            store.readInto(object, ranges, channel);
        }

        assertThat(Files.readAllBytes(target)).isEqualTo(expected);
    }

    @Test
    @Timeout(60)
    void moreThreadsThanConnectionsShareThem() throws Exception {
        byte[] content = random(2_000_000);
        StoredObject object = emptyStore().write("object", file(content));
        S3Configuration few = new S3Configuration(
                server.configuration().endpoint(),
                "us-east-1",
                true,
                server.configuration().accessKey(),
                server.configuration().secretKey(),
                2,
                S3Configuration.DEFAULT_TRANSFER_BUFFER_BYTES);
        List<Thread> threads = new ArrayList<>();
        AtomicInteger right = new AtomicInteger();

        try (ObjectStores stores = new ObjectStores(few)) {
            ObjectStore store = stores.open("s3://day-bucket/test-" + PREFIX.get());
            for (int i = 0; i < 16; i++) {
                Thread thread = new Thread(() -> {
                    try {
                        if (Arrays.equals(store.read(object, new ByteRange(0, 2_000_000)), content)) {
                            right.incrementAndGet();
                        }
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }

        assertThat(right).hasValue(16);
    }

    private static ObjectStores through(CuttingProxy proxy) {
        return new ObjectStores(S3Configuration.server(proxy.endpoint(), "tickshred", "tickshred-secret"));
    }

    /** Parts of uploads that the server holds. */
    private static List<Path> partsOnDisk() throws IOException {
        return uploadsOnDisk().stream()
                .filter(file -> file.toString().matches(".*-[0-9]{1,4}"))
                .toList();
    }

    /** By these the server knows an upload that is neither completed nor aborted. */
    private static List<Path> stubsOnDisk() throws IOException {
        return uploadsOnDisk().stream()
                .filter(file -> file.toString().endsWith("-stub"))
                .toList();
    }

    private static List<Path> uploadsOnDisk() throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> uploads = Files.newDirectoryStream(data.resolve("day-bucket"), ".mpus-*")) {
            for (Path upload : uploads) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(upload)) {
                    files.forEach(found::add);
                } catch (NoSuchFileException e) {
                    // Completed or aborted just now.
                }
            }
        }
        return found;
    }
}
