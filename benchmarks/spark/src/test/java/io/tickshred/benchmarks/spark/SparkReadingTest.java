package io.tickshred.benchmarks.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.SparkPlan;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A published day of real trades, read by Spark in the statements of docs/reading.md and compared with answers that
 * were computed by other means. {@code ./benchmarks/read-with-spark.sh} publishes the day and runs this.
 */
class SparkReadingTest {
    private static final String DATE = "2013-10-07";
    private static final long LISTING = 102754;
    private static final Map<Long, Map<String, String>> EXPECTED = expected(Path.of(property("reading.expected")));

    private static SparkSession spark;
    private static String select;

    private static String property(String name) {
        String value = System.getProperty(name, "");
        if (value.isEmpty() || value.startsWith("${")) {
            throw new AssertionError(name + " is not set: run ./benchmarks/read-with-spark.sh");
        }
        return value;
    }

    @BeforeAll
    static void runTheStatementsOfTheDocument() throws IOException {
        spark = SparkSession.builder()
                .appName("tickshred-reading")
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", "2")
                .getOrCreate();
        spark.sparkContext().setLogLevel("WARN");
        List<String> statements = new ArrayList<>(Arrays.asList(block().split(";\\s*")));
        assertEquals(3, statements.size());
        select = statements.remove(2);
        for (String statement : statements) {
            spark.sql(statement.replace("tickshred-out", property("reading.output")));
        }
    }

    @AfterAll
    static void stop() {
        if (spark != null) {
            spark.stop();
        }
    }

    private static String block() throws IOException {
        String document = Files.readString(Path.of("..", "..", "docs", "reading.md"));
        Matcher block = Pattern.compile("(?s)\n## Spark\n[^#]*?```sql\n(.*?)```").matcher(document);
        assertTrue(block.find(), "docs/reading.md has Spark SQL below its heading 'Spark'");
        return block.group(1);
    }

    private static Map<Long, Map<String, String>> expected(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            List<String> names = List.of(lines.get(0).split(","));
            return lines.stream()
                    .filter(line -> line.startsWith(DATE + ","))
                    .map(line -> line.split(","))
                    .collect(Collectors.toMap(
                            values -> Long.valueOf(values[names.indexOf("ListingId")]),
                            values -> names.stream().collect(Collectors.toMap(n -> n, n -> values[names.indexOf(n)]))));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static double number(long listing, String name) {
        return Double.parseDouble(EXPECTED.get(listing).get(name));
    }

    private static void assertNear(double expected, double found, String what) {
        assertEquals(expected, found, 1e-9 * Math.abs(expected), what);
    }

    @Test
    void sparkReadsADayByPathAndComesToTheExpectedAnswers() {
        List<Row> found = spark.sql(select).collectAsList();

        assertEquals(EXPECTED.size(), found.size(), "listings");
        for (Row row : found) {
            long listing = row.getLong(row.fieldIndex("ListingId"));
            assertNotNull(EXPECTED.get(listing), "listing " + listing);
            assertEquals(number(listing, "rows"), row.getLong(row.fieldIndex("rows")), "rows of " + listing);
            assertNear(number(listing, "sum_size"), row.getDouble(row.fieldIndex("volume")), "volume of " + listing);
            assertNear(number(listing, "vwap"), row.getDouble(row.fieldIndex("vwap")), "VWAP of " + listing);
            assertEquals(number(listing, "first_price"), row.getDouble(row.fieldIndex("first")), "first of " + listing);
            assertEquals(number(listing, "last_price"), row.getDouble(row.fieldIndex("last")), "last of " + listing);
        }
    }

    @Test
    void sparkSkipsRowGroupsOfOtherListings() {
        Dataset<Row> one = spark.sql("SELECT * FROM trades WHERE ListingId = " + LISTING);
        long all = EXPECTED.keySet().stream().mapToLong(l -> (long) number(l, "rows")).sum();

        long rows = one.collectAsList().size();
        SparkPlan scan = one.queryExecution().executedPlan().collectLeaves().head();
        long read = scan.metrics().apply("numOutputRows").value();

        System.out.printf("Spark read %,d of %,d rows to find the %,d of a listing%n", read, all, rows);
        assertEquals(number(LISTING, "rows"), rows);
        assertTrue(read >= rows, "the scan counts the rows that it decodes");
        assertTrue(read <= rows + 2 * 65_536L, "rows beyond its own row groups and two: " + read);
        assertTrue(read < all / 2, "rows read: " + read + " of " + all);
    }
}
