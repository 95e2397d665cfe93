package io.tickshred.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.testkit.SharedData;
import io.tickshred.testkit.duckdb.Oracle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the bytes are, the answer is a footer that can be true of the object or a clear refusal, and soon. */
class DamagedFooterTest {
    private static final int FLIPS = 1500;

    @TempDir
    Path temp;

    @Test
    void everyHostileFileIsReadOrRefusedInOneLine() throws IOException {
        Path hostile = SharedData.require("hostile");

        for (String key : FooterReaderTest.parquetFiles(hostile)) {
            String outcome = Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> outcome(hostile, key));

            assertThat(outcome).as(key).doesNotContain("\n").matches("\\d+ rows|folder:" + key + " .{10,}");
        }
    }

    @Test
    void flippedBytesNeverBreakTheReader() throws IOException {
        try (Oracle duckdb = new Oracle()) {
            duckdb.execute("COPY (SELECT i AS listing, 'AA-' || i AS ticker, [i, i] AS l, {'x': i / 3} AS s"
                    + " FROM range(9000) t(i)) TO '" + temp.resolve("good.parquet")
                    + "' (FORMAT parquet, ROW_GROUP_SIZE 2048)");
        }
        byte[] good = Files.readAllBytes(temp.resolve("good.parquet"));
        Footer footer = FooterReaderTest.footer(temp, "good.parquet");
        int footerStart = good.length - 8 - footer.footerBytes();
        long seed = Long.getLong("seed", 20131007);
        Random random = new Random(seed);

        int refused = 0;
        for (int i = 0; i < FLIPS; i++) {
            byte[] damaged = good.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                damaged[footerStart + random.nextInt(good.length - footerStart)] = (byte) random.nextInt(256);
            }
            Files.write(temp.resolve("damaged.parquet"), damaged);
            String name = "flip " + i + " of seed " + seed;
            String outcome = Assertions.assertTimeoutPreemptively(
                    Duration.ofSeconds(20), () -> outcome(temp, "damaged.parquet"), name);
            refused += outcome.endsWith(" rows") ? 0 : 1;
        }

        // Most bytes of a footer are structure: were fewer noticed, the checks would not be at work.
        assertThat(refused).isBetween(FLIPS / 4, FLIPS - 1);
    }

    private static String outcome(Path root, String key) throws IOException {
        try {
            Footer footer = FooterReaderTest.footer(root, key);
            return footer.rows() + " rows";
        } catch (ParquetFormatException e) {
            assertThat(e.getMessage()).doesNotContain("Struct:", "org.apache", "java.", "can not read class");
            return e.getMessage();
        }
    }
}
