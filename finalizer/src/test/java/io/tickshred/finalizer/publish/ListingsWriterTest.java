package io.tickshred.finalizer.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.fleet.Fetches;
import io.tickshred.fleet.TaskException;
import io.tickshred.model.Batch;
import io.tickshred.model.BatchCaps;
import io.tickshred.model.BatchFile;
import io.tickshred.model.BatchMap;
import io.tickshred.model.ChunkPolicy;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.ListingType;
import io.tickshred.model.ListingsFile;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanHeaderBuilder;
import io.tickshred.model.PlanId;
import io.tickshred.model.Proof;
import io.tickshred.model.RowHash;
import io.tickshred.model.TableDefinition;
import io.tickshred.model.Unlisted;
import io.tickshred.testkit.MemoryObjectStore;
import io.tickshred.testkit.PlainDataset;
import io.tickshred.testkit.Plans;
import io.tickshred.testkit.duckdb.Oracle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListingsWriterTest {
    private static final TableDefinition TRADES = new TableDefinition(
            "trades",
            List.of("{date}/*.parquet"),
            "ListingId",
            List.of("Ts"),
            "Ts",
            Optional.empty(),
            List.of(),
            new BatchCaps(1000, 1 << 20));
    private static final DatasetDefinition DATASET = PlainDataset.of("equities", TRADES)
            .input("s3://in")
            .output("s3://out")
            .staging("s3://out")
            .chunks(new ChunkPolicy(1, 1))
            .build();
    private static final BatchMap MAP =
            new BatchMap(ListingType.INT64, List.of(new Batch(0, List.of("1", "2")), new Batch(1, List.of("3"))));

    private static final PlanId PLAN = PlanId.create(Plans.NOON);

    @TempDir
    Path directory;

    private final MemoryObjectStore output = new MemoryObjectStore();
    private final Fetches fetches = new Fetches();

    @AfterEach
    void close() {
        fetches.close();
    }

    @Test
    void everyListingOfAMarketStandsInItsObjectWithItsRows() throws Exception {
        PublishedListings listings = publish(
                batch(0, 5, "(1, 'XNAS'), (1, 'XNAS'), (1, 'XNAS'), (2, 'XNYS'), (2, 'XNYS')"),
                batch(1, 1, "(3, 'XNAS')"));

        assertThat(listings.files())
                .extracting(ListingsFile::market)
                .containsExactly(Optional.of("XNAS"), Optional.of("XNYS"));
        assertThat(listings.files()).extracting(ListingsFile::rows).containsExactly(4L, 2L);
        assertThat(listings.files()).extracting(ListingsFile::listings).containsExactly(2, 1);
        assertThat(rows(listings.files().get(0)))
                .containsExactly(List.of("1", "trades", "0", "3"), List.of("3", "trades", "1", "1"));
        assertThat(rows(listings.files().get(1))).containsExactly(List.of("2", "trades", "0", "2"));
        assertThat(listings.adopted()).isEmpty();
    }

    @Test
    void theSameBatchesGiveTheSameBytes() throws Exception {
        BatchFile[] batches = {batch(0, 2, "(2, 'XNYS'), (1, 'XNAS')"), batch(1, 1, "(3, 'XNAS')")};

        assertThat(publish(batches)).isEqualTo(publish(batches));
    }

    @Test
    void whereNoTableSaysAMarketAllListingsStandInOneObject() throws Exception {
        PublishedListings listings = publish(batch(0, 2, "(1, NULL), (2, NULL)"), batch(1, 0, ""));

        assertThat(listings.files()).singleElement().satisfies(file -> {
            assertThat(file.market()).isEmpty();
            assertThat(file.key()).endsWith("/listings-0.parquet");
            assertThat(file.rows()).isEqualTo(2);
        });
    }

    @Test
    void listingsThatTheDataHadBesideThePlansAreToldByBatch() throws Exception {
        PublishedListings listings = publish(batch(0, 3, "(1, 'A'), (2, 'A'), (40, 'A')"), batch(1, 1, "(-5, 'A')"));

        assertThat(listings.adopted()).isEqualTo(Map.of(0, List.of("40"), 1, List.of("-5")));
        assertThat(listings.with(MAP.batches().get(1), ListingType.INT64)).containsExactly("-5", "3");
    }

    @Test
    void aListingInTwoBatchesIsNotPublished() {
        assertThatThrownBy(() -> publish(batch(0, 2, "(1, 'A'), (3, 'A')"), batch(1, 1, "(3, 'A')")))
                .isInstanceOfSatisfying(
                        TaskException.class, e -> assertThat(e.kind()).isEqualTo(TaskException.Kind.POISON))
                .hasMessageContaining("in more than one batch: 3");
    }

    @Test
    void batchesWithOtherRowsThanTheirProofsAreNotPublished() {
        assertThatThrownBy(() -> publish(batch(0, 3, "(1, 'A'), (2, 'A')"), batch(1, 1, "(3, 'A')")))
                .hasMessageContaining("have 3 rows of listings, by their proofs 4");
    }

    private PublishedListings publish(BatchFile... batches) throws Exception {
        ListingsWriter writer = new ListingsWriter(
                output, directory.resolve("scratch"), DuckDbEngines.one(new MemoryBudget(128 << 20, 2)), fetches);
        return writer.publish(header(), DATASET, MAP, List.of(List.of(batches[0]), List.of(batches[1])));
    }

    private static PlanHeader header() {
        return PlanHeaderBuilder.from(Plans.header(PLAN, 2, 1, Optional.empty()))
                .unlisted(Unlisted.ADOPTED)
                .build();
    }

    private BatchFile batch(int number, long rows, String values) throws Exception {
        String key = ObjectKeys.batch(Plans.DAY, header().plan(), "trades", number);
        Path file = directory.resolve(number + ".parquet");
        try (Oracle oracle = new Oracle()) {
            oracle.execute("COPY (SELECT l::BIGINT AS ListingId, m::VARCHAR AS MIC, 1 AS Ts FROM (VALUES "
                    + (values.isEmpty() ? "(0, '')" : values) + ") v(l, m)" + (values.isEmpty() ? " WHERE false" : "")
                    + ") TO '" + file + "' (FORMAT parquet)");
        }
        output.put(key, Files.readAllBytes(file));
        return new BatchFile(
                "trades",
                number,
                key,
                Files.size(file),
                "00",
                new Proof(rows, new RowHash(number)),
                Optional.empty(),
                Optional.empty(),
                1);
    }

    private List<List<String>> rows(ListingsFile file) throws Exception {
        Path local = directory.resolve("read.parquet");
        Files.write(local, output.read(file.key()));
        try (Oracle oracle = new Oracle()) {
            return oracle.rows("SELECT * FROM '" + local + "'");
        }
    }
}
