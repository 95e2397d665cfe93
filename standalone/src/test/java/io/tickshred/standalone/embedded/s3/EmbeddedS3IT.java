package io.tickshred.standalone.embedded.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.store.ObjectStore;
import io.tickshred.store.uri.ObjectStores;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedS3IT {
    @TempDir
    private Path data;

    @Test
    void whatItStoresOutlivesIt() throws Exception {
        try (EmbeddedS3 first = EmbeddedS3.start(EmbeddedS3.Settings.of(data, 0, "bucket"));
                ObjectStores stores = new ObjectStores(first.configuration())) {
            assertThat(stores.open("s3://bucket").writeIfAbsent("a/b", "kept".getBytes(UTF_8)))
                    .isTrue();
        }

        try (EmbeddedS3 second = EmbeddedS3.start(EmbeddedS3.Settings.of(data, 0, "bucket"));
                ObjectStores stores = new ObjectStores(second.configuration())) {
            ObjectStore store = stores.open("s3://bucket");
            assertThat(store.read("a/b")).asString(UTF_8).isEqualTo("kept");
            assertThat(store.writeIfAbsent("a/b", "new".getBytes(UTF_8))).isFalse();
        }
        assertThat(data.resolve("bucket/a/b")).hasContent("kept");
    }

    @Test
    void listensOnTheGivenPortAndFreesItWhenClosed() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        for (int i = 0; i < 2; i++) {
            try (EmbeddedS3 server = EmbeddedS3.start(EmbeddedS3.Settings.of(data, port))) {
                assertThat(server.endpoint()).hasPort(port);
            }
        }
    }

    @Test
    void uploadsThatNobodyEndedAreGoneAfterADay() throws Exception {
        Path bucket = Files.createDirectories(data.resolve("bucket"));
        Path stale = Files.createDirectories(bucket.resolve(".mpus-1-folder"));
        Files.writeString(stale.resolve("key-1"), "part");
        Files.setLastModifiedTime(
                stale, FileTime.from(Instant.now().minus(StaleUploads.AGE).minusSeconds(60)));
        Path fresh = Files.writeString(bucket.resolve(".mpus-2-key-1"), "part");

        EmbeddedS3.start(EmbeddedS3.Settings.of(data, 0, "bucket")).close();

        assertThat(stale).doesNotExist();
        assertThat(fresh).exists();
    }

    @Test
    void aPortInUseIsOneClearLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> EmbeddedS3.start(EmbeddedS3.Settings.of(data, taken.getLocalPort())))
                    .isInstanceOf(IOException.class)
                    .hasMessage("embedded S3 cannot listen on 127.0.0.1:" + taken.getLocalPort()
                            + ": the port is in use; stop what uses it, or choose another or 0 for any free one");
        }
    }

    @Test
    void aDataDirectoryThatIsAFileIsRefused() throws Exception {
        Path file = Files.writeString(data.resolve("file"), "x");

        assertThatThrownBy(() -> EmbeddedS3.start(EmbeddedS3.Settings.of(file, 0, "bucket")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
    }
}
