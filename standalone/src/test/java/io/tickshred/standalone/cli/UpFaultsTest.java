package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps {@code up} from starting. */
class UpFaultsTest {
    @TempDir
    Path directory;

    @Test
    void upSaysWhichDirectoryItCannotWriteTo() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "in the way");

        Ran work = Ran.of("up", "--work-dir", file.resolve("below").toString());
        Ran data = Ran.of(
                "up",
                "--work-dir",
                directory.toString(),
                "--data-dir",
                file.resolve("below").toString());

        assertThat(work.err()).contains("cannot make a work directory in ", "name another with --work-dir");
        assertThat(data.err()).contains("cannot write to ", "name another directory with --data-dir");
    }

    @Test
    void upSaysThatThePortOfKafkaOrS3IsInUseAndHowToChooseAnother() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());
            String inUse = " on 127.0.0.1:" + port + ": the port is in use; stop what uses it, or choose another with ";

            Ran kafka = Ran.of("up", "--kafka-port", port, "--s3-port", "0", "--http-port", "0", "--admin-port", "0");
            Ran s3 = Ran.of("up", "--kafka-port", "0", "--s3-port", port, "--http-port", "0", "--admin-port", "0");

            assertThat(kafka.err())
                    .isEqualTo("tickshred: cannot serve Kafka" + inUse + "--kafka-port, 0 for any free one\n");
            assertThat(s3.err()).isEqualTo("tickshred: cannot serve S3" + inUse + "--s3-port, 0 for any free one\n");
            assertThat(kafka.exitCode()).isEqualTo(1);
        }
    }

    @Test
    void upSaysWhichOfItsTwoHttpPortsIsInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());

            Ran http = Ran.of("up", "--http-port", port, "--admin-port", "0");
            Ran admin = Ran.of("up", "--http-port", "0", "--admin-port", port);

            assertThat(http.err())
                    .isEqualTo(
                            "tickshred: cannot serve HTTP on 127.0.0.1:" + port + ": the port is in use; stop what uses"
                                    + " it, or choose another with --http-port, 0 for any free one\n");
            assertThat(admin.err()).contains("cannot serve health checks on 127.0.0.1:" + port, "--admin-port");
            assertThat(admin.exitCode()).isEqualTo(1);
        }
    }
}
