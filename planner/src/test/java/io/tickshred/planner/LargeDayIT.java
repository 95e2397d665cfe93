package io.tickshred.planner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Twenty thousand chunks in a planner of 256 MB; its figures are printed, for the speed of a machine is no test. */
class LargeDayIT {
    private static final int CHUNKS = 20_000;

    @TempDir
    private Path directory;

    @Test
    void twentyThousandChunksArePlannedAndTrackedWithinAHeapOf256MiB() throws Exception {
        Path log = directory.resolve("log");
        String java = System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

        Process process = new ProcessBuilder(
                        java,
                        "-Xmx256m",
                        "-cp",
                        classPath,
                        LargeDay.class.getName(),
                        String.valueOf(CHUNKS),
                        "8",
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(10, TimeUnit.MINUTES))
                    .as(() -> text(log))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }

        text(log).lines().filter(line -> line.startsWith("LARGE DAY")).forEach(System.out::println);
        assertThat(process.exitValue()).as(() -> text(log)).isZero();
    }

    private static String text(Path log) {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (java.io.IOException e) {
            return "no output: " + e;
        }
    }
}
