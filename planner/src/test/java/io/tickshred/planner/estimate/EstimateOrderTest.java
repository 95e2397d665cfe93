package io.tickshred.planner.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.duckdb.TableReferences;
import io.tickshred.model.BatchCaps;
import io.tickshred.model.EstimatorPolicy;
import io.tickshred.model.ListingType;
import io.tickshred.model.TableDefinition;
import io.tickshred.parquet.Footer;
import io.tickshred.parquet.FooterReader;
import io.tickshred.planner.chunking.SourceObject;
import io.tickshred.store.StoredObject;
import io.tickshred.testkit.MemoryObjectStore;
import io.tickshred.testkit.duckdb.Oracle;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects are visited by several threads, in an order that is never the same: what they weigh must be. */
class EstimateOrderTest {
    private static final TableDefinition TABLE = new TableDefinition(
            "trades",
            List.of("*.parquet"),
            "Id",
            List.of("Seq"),
            "Seq",
            Optional.empty(),
            List.of(),
            new BatchCaps(1000, 1L << 40));
    private static final MemoryBudget BUDGET = new MemoryBudget(256L << 20, 2);

    @TempDir
    Path directory;

    private final MemoryObjectStore input = new MemoryObjectStore();

    private SourceTable table() throws Exception {
        try (DuckDbSession session = DuckDbSession.open(directory, BUDGET)) {
            return new SourceTable(input, TableReferences.parse(session, TABLE), LocalDate.EPOCH);
        }
    }

    /** More bytes than are counted in one query, so that which objects meet in a query is the order's doing. */
    @Test
    void anExactCountWeighsListingsTheSameInWhateverOrderObjectsAreVisited() throws Exception {
        List<Footer> footers = new ArrayList<>();
        for (int object = 0; object < 90; object++) {
            Path file = directory.resolve("object.parquet");
            try (Oracle oracle = new Oracle()) {
                oracle.execute("COPY (SELECT (hash(i) % 5 + " + object % 7 + ")::BIGINT * 1000003 AS Id, i AS Seq,"
                        + " repeat('x', " + object * 3 + ") || i AS Note FROM range(7500) t(i)) TO '" + file
                        + "' (FORMAT parquet, COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1)");
            }
            String key = "part-" + (100 + object) + ".parquet";
            input.put(key, Files.readAllBytes(file));
            footers.add(FooterReader.read(input, input.head(key)));
        }

        Set<String> weights = new TreeSet<>();
        for (int order = 0; order < 4; order++) {
            List<Footer> shuffled = new ArrayList<>(footers);
            Collections.shuffle(shuffled, new Random(order));
            weights.add(weighed(shuffled, footers));
        }

        assertThat(weights).hasSize(1);
    }

    private String weighed(List<Footer> visited, List<Footer> all) throws Exception {
        DaySizes sizes = new DaySizes(EstimatorPolicy.EXACT, Optional.empty(), listing -> Optional.empty());
        try (TableEstimate estimate = CountingEstimator.exact(directory.resolve("scratch"), BUDGET, Optional.empty())
                .begin(table())) {
            for (Footer footer : visited) {
                estimate.visit(footer);
            }
            assertThat(estimate.finish()).isEmpty();
            assertThat(estimate.exact()).isTrue();
            sizes.add(
                    TABLE.name(),
                    estimate,
                    IntStream.range(0, all.size())
                            .mapToObj(i -> new SourceObject(
                                    i,
                                    all.get(i).object().key(),
                                    "etag",
                                    1000,
                                    new long[] {all.get(i).rows()},
                                    new long[] {1000},
                                    100 + 3 * i))
                            .toList());
        }
        return sizes.all().stream()
                .map(size -> size.listing() + ": " + size.rows()[0] + " rows, " + size.bytes()[0] + " bytes")
                .sorted()
                .collect(Collectors.joining("; "));
    }

    /** Rows divided by ten come to halves, which a last bit of a sum rounds up or down. */
    @Test
    void footersWeighListingsTheSameInWhateverOrderObjectsAreVisited() throws Exception {
        Random random = new Random(7);
        List<Footer> footers = IntStream.range(0, 300)
                .mapToObj(object -> footer("part-" + object, 1 + random.nextInt(50), random.nextInt(190), 10))
                .toList();
        Set<String> universe =
                IntStream.range(0, 200).mapToObj(Integer::toString).collect(Collectors.toSet());

        SourceTable table = table();
        Set<Map<String, TableEstimate.ListingCount>> weights = new HashSet<>();
        for (int order = 0; order < 20; order++) {
            List<Footer> shuffled = new ArrayList<>(footers);
            Collections.shuffle(shuffled, new Random(order));
            FooterEstimate estimate = new FooterEstimate(table, ListingType.INT64, universe);
            shuffled.forEach(estimate::visit);
            weights.add(estimate.listings());
        }

        assertThat(weights).hasSize(1);
    }

    /** Rows of listings {@code first .. first + count - 1} in one row group. */
    private static Footer footer(String key, long rows, int first, int count) {
        return footer(key, rows, Integer.toString(first), Integer.toString(first + count - 1));
    }

    private static Footer footer(String key, long rows, String least, String greatest) {
        Footer.ColumnChunk chunk =
                new Footer.ColumnChunk("Id", 4, rows * 10, rows * 10, Optional.of(least), Optional.of(greatest), 0);
        return new Footer(
                new StoredObject(key, 1000, "etag", Instant.EPOCH),
                ByteBuffer.allocate(0),
                List.of(),
                List.of(new Footer.RowGroup(0, 0, rows, List.of(chunk))));
    }

    /** The plan then refuses the day, because its listings are of two types, by the names of objects. */
    @Test
    void anObjectWhoseListingsAreTextsBesideNumbersMayHoldAnyListing() throws Exception {
        FooterEstimate estimate = new FooterEstimate(table(), ListingType.INT64, Set.of("1", "2"));

        estimate.visit(footer("a", 10, "AAPL", "MSFT"));

        assertThat(estimate.listings())
                .containsOnly(
                        Map.entry("1", TableEstimate.ListingCount.of(5)),
                        Map.entry("2", TableEstimate.ListingCount.of(5)));
    }
}
