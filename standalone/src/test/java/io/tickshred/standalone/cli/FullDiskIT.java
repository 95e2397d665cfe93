package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tickshred.testkit.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A day that is published to a file system of one MiB. */
class FullDiskIT {
    @TempDir
    Path directory;

    private Path small;

    @BeforeEach
    void mount() throws Exception {
        small = Files.createDirectory(directory.resolve("small"));
        assumeTrue(
                succeeds("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small.toString()),
                "skipped: this user may not mount a small file system here");
    }

    @AfterEach
    void unmount() throws Exception {
        succeeds("umount", small.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"shred", "naive"})
    void theDayFailsInOneClearLineAndPublishesNothing(String mode) throws Exception {
        Path input = SharedData.require("us_equity");
        Path output = directory.resolve("output");

        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Tickshred.class.getName(),
                        "run",
                        "--input",
                        input.toString(),
                        "--dates",
                        "2013-10-07",
                        "--workers",
                        "2",
                        "--mode",
                        mode,
                        "--output",
                        small.resolve("out").toString(),
                        "--work-dir",
                        directory.resolve("work").toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();

        assertThat(process.waitFor()).as(Files.readString(output)).isEqualTo(1);
        List<String> failed = Files.readAllLines(output, StandardCharsets.UTF_8).stream()
                .filter(line -> line.startsWith("2013-10-07  failed"))
                .toList();
        assertThat(failed).singleElement().satisfies(line -> assertThat(line)
                .contains("cannot write file://" + small, "no disk space is left; free some")
                .containsOnlyOnce("no disk space is left"));
        try (Stream<Path> left = Files.walk(small)) {
            assertThat(left).noneMatch(file -> file.endsWith("manifest.json"));
        }
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
