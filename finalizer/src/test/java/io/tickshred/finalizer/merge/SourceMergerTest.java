package io.tickshred.finalizer.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.fleet.Fetches;
import io.tickshred.fleet.Scratch;
import io.tickshred.fleet.TaskException;
import io.tickshred.message.BatchTask.Duty;
import io.tickshred.message.BatchTask.SourceSlice;
import io.tickshred.message.ChunkTask.ChunkSource;
import io.tickshred.model.Batch;
import io.tickshred.model.BatchCaps;
import io.tickshred.model.BatchMap;
import io.tickshred.model.ListingType;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.OutputColumn;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.SourceShare;
import io.tickshred.model.SourceShares;
import io.tickshred.model.TableDefinition;
import io.tickshred.model.Unlisted;
import io.tickshred.parquet.Footer;
import io.tickshred.parquet.FooterReader;
import io.tickshred.source.Routing;
import io.tickshred.store.StoredObject;
import io.tickshred.store.file.FileObjectStore;
import io.tickshred.testkit.Plans;
import io.tickshred.testkit.duckdb.Oracle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceMergerTest {
    private static final TableDefinition TABLE = new TableDefinition(
            "trades",
            List.of("**"),
            "id",
            List.of("t"),
            "t",
            Optional.of("v % 10 > 0"),
            List.of(new OutputColumn("id", "id"), new OutputColumn("t", "t"), new OutputColumn("half", "v / 2.0")),
            new BatchCaps(1, 1));
    private static final BatchMap MAP =
            new BatchMap(ListingType.INT64, List.of(new Batch(0, List.of("0", "2")), new Batch(1, List.of("1", "3"))));

    private final PlanHeader header = Plans.header(2, 0);
    private final Fetches fetches = new Fetches();

    @TempDir
    Path temp;

    private FileObjectStore input;
    private FileObjectStore output;

    /** Two sources, each of three row groups, rows of six listings mixed; two of these, and null, are of no batch. */
    @BeforeEach
    void open() throws Exception {
        input = new FileObjectStore(Files.createDirectory(temp.resolve("input")));
        output = new FileObjectStore(Files.createDirectory(temp.resolve("output")));
        try (Oracle duckdb = new Oracle()) {
            for (int source = 0; source < 2; source++) {
                duckdb.execute(
                        "COPY (SELECT CASE WHEN i % 50 > 0 THEN i % 6 END::BIGINT AS id, make_timestamp(i // 9) AS t,"
                                + " i + " + source + " AS v FROM range(6000) r(i)) TO '"
                                + temp.resolve("input/s" + source)
                                + "' (FORMAT parquet, ROW_GROUP_SIZE 2048)");
            }
        }
    }

    @AfterEach
    void close() {
        fetches.close();
        input.close();
        output.close();
    }

    private SourceMerger merger() {
        return merger(Scratch::require);
    }

    private SourceMerger merger(SourceMerger.Disk disk) {
        DuckDbEngines engines = DuckDbEngines.one(new MemoryBudget(128 << 20, 2));
        Path scratch = temp.resolve("scratch");
        return new SourceMerger(
                input, new BatchMerger(input, output, scratch, engines, fetches), scratch, engines, fetches, disk);
    }

    private SourceSlice slice(int source, int first, int count, Duty duty) throws Exception {
        StoredObject object = input.head("s" + source);
        Footer footer = FooterReader.read(input, object);
        long rows = footer.rowGroups().subList(first, first + count).stream()
                .mapToLong(Footer.RowGroup::rows)
                .sum();
        return new SourceSlice(
                new ChunkSource(source, object.key(), object.etag(), object.sizeBytes(), rows, first, count), duty);
    }

    private SourceMerger.Made merge(int batch, SourceSlice... slices) throws Exception {
        return merge(merger(), batch, slices);
    }

    private SourceMerger.Made merge(SourceMerger merger, int batch, SourceSlice... slices) throws Exception {
        return merger.merge(
                header, TABLE, new Routing(MAP, Unlisted.OUTSIDE), batch, List.of(slices), Optional.empty());
    }

    @Test
    void anExpressionThatFailsOnGoodDataIsNotLaidToTheData() {
        TableDefinition wrong = new TableDefinition(
                "trades",
                List.of("**"),
                "id",
                List.of("t"),
                "t",
                Optional.empty(),
                List.of(new OutputColumn("id", "id"), new OutputColumn("t", "t"), new OutputColumn("q", "v::UTINYINT")),
                new BatchCaps(1, 1));

        assertThatThrownBy(() -> merger().merge(
                                header,
                                wrong,
                                new Routing(MAP, Unlisted.OUTSIDE),
                                0,
                                List.of(slice(0, 0, 3, Duty.OWN_AND_OUTSIDE)),
                                Optional.empty()))
                .isInstanceOf(TaskException.class)
                .hasMessageMatching("table trades: select.q fails on values in .*/s0: Conversion Error: Type INT64 with"
                        + " value \\d+ can't be cast because the value is out of range.*; correct the expression.*");
    }

    @Test
    void batchesThatReadTheSameRowGroupsTakeEachRowOnce() throws Exception {
        SourceMerger.Made even = merge(
                0,
                slice(0, 0, 2, Duty.OWN_AND_OUTSIDE),
                slice(0, 2, 1, Duty.OWN),
                slice(1, 0, 3, Duty.OWN_AND_OUTSIDE));
        SourceMerger.Made odd =
                merge(1, slice(0, 0, 2, Duty.OWN), slice(0, 2, 1, Duty.OWN_AND_OUTSIDE), slice(1, 0, 3, Duty.OWN));

        List<SourceShare> shares = new ArrayList<>(even.shares());
        shares.addAll(odd.shares());
        assertThat(shares).hasSize(4);
        assertThat(SourceShares.of(shares).broken()).isEmpty();
        try (Oracle duckdb = new Oracle()) {
            String sources = "(SELECT *, filename, file_row_number AS r FROM read_parquet(['" + temp.resolve("input/s0")
                    + "', '" + temp.resolve("input/s1") + "'], filename=true, file_row_number=true))";
            assertThat(SourceShares.of(shares).outside())
                    .isEqualTo(Long.parseLong(
                            duckdb.value("SELECT count(*) FROM " + sources + " WHERE id IS NULL OR id > 3")));
            for (int rest : new int[] {0, 1}) {
                SourceMerger.Made made = rest == 0 ? even : odd;
                assertThat(duckdb.rows("SELECT * FROM read_parquet('"
                                + temp.resolve("output/" + made.file().key()) + "')"))
                        .isEqualTo(duckdb.rows("SELECT id, t, v / 2.0 FROM " + sources + " WHERE id < 4 AND id % 2 = "
                                + rest + " AND v % 10 > 0 ORDER BY id, t, filename, r"));
            }
        }
    }

    @Test
    void aSliceLeftOutOrGivenTwiceIsSeenInTheShares() throws Exception {
        List<SourceShare> odd =
                merge(1, slice(0, 0, 3, Duty.OWN), slice(1, 0, 3, Duty.OWN)).shares();
        List<SourceShare> shares = new ArrayList<>(odd);
        shares.addAll(merge(0, slice(0, 0, 3, Duty.OWN_AND_OUTSIDE), slice(1, 0, 2, Duty.OWN_AND_OUTSIDE))
                .shares());

        assertThat(SourceShares.of(shares).broken())
                .hasValueSatisfying(share -> assertThat(share.key()).isEqualTo("s1"));
        shares.addAll(odd.subList(1, 2));
        assertThat(SourceShares.of(shares).broken())
                .hasValueSatisfying(share -> assertThat(share.key()).isEqualTo("s1"));
    }

    @Test
    void aSliceThatIsLeftUnreadIsAnsweredForWhole() throws Exception {
        SourceMerger.Made made = merge(0, slice(0, 0, 1, Duty.OWN_AND_OUTSIDE), slice(0, 1, 2, Duty.OUTSIDE));

        assertThat(made.shares()).singleElement().satisfies(share -> {
            assertThat(share.outside()).isGreaterThan(6000 - 2048);
            assertThat(share.rows()).isEqualTo(6000);
        });
        assertThat(made.file().proof().rows()).isBetween(500L, 700L);
    }

    @Test
    void aSourceThatWasReplacedSincePlanningFailsTheBatchByName() throws Exception {
        SourceSlice slice = slice(1, 0, 3, Duty.OWN);
        Files.delete(temp.resolve("input/s1"));
        try (Oracle duckdb = new Oracle()) {
            duckdb.execute("COPY (SELECT 1::BIGINT AS id) TO '" + temp.resolve("input/s1") + "' (FORMAT parquet)");
        }

        assertThatThrownBy(() -> merge(0, slice(0, 0, 3, Duty.OWN), slice))
                .isInstanceOfSatisfying(TaskException.class, e -> {
                    assertThat(e.kind()).isEqualTo(TaskException.Kind.POISON);
                    assertThat(e.failure().object()).contains(input.uri("s1"));
                });
        assertThat(temp.resolve("output")).isEmptyDirectory();
    }

    /** The rows that are read for other batches are mirrored, but neither sorted nor written. */
    @Test
    void aBatchNeedsDiskForWhatItReadsAndThenForWhatItSortsOfIt() throws Exception {
        List<Long> required = new ArrayList<>();

        SourceMerger.Made made =
                merge(merger((scratch, bytes) -> required.add(bytes)), 0, slice(0, 0, 3, Duty.OWN_AND_OUTSIDE));

        try (Oracle duckdb = new Oracle()) {
            String of = " FROM parquet_metadata('" + temp.resolve("input/s0") + "')";
            long compressed = Long.parseLong(duckdb.value("SELECT sum(total_compressed_size)" + of));
            long uncompressed = Long.parseLong(duckdb.value("SELECT sum(total_uncompressed_size)" + of));
            double own = made.file().proof().rows() / 6000.0;
            assertThat(own).isBetween(0.2, 0.4);
            assertThat(required).containsExactly(compressed, (long) Math.ceil((2 * uncompressed + compressed) * own));
        }
    }

    @Test
    void anObjectInTheWayThatIsNotTheBatchFailsItWithoutAWordOfStaging() throws Exception {
        Path other = temp.resolve("other.parquet");
        try (Oracle duckdb = new Oracle()) {
            duckdb.execute("COPY (SELECT 2::BIGINT AS id, TIMESTAMP '2026-01-05' AS t, 1.5 AS half) TO '" + other
                    + "' (FORMAT parquet)");
        }
        output.write(ObjectKeys.batch(header.day(), header.plan(), "trades", 0), other);

        assertThatThrownBy(() -> merge(0, slice(0, 0, 3, Duty.OWN_AND_OUTSIDE)))
                .isInstanceOfSatisfying(
                        TaskException.class, e -> assertThat(e.kind()).isEqualTo(TaskException.Kind.POISON))
                .hasMessageMatching(
                        ".*does not hold: read .*, written 1 .*; run the day again with force, and report it if"
                                + " it recurs");
    }

    @Test
    void aBatchThatTheDiskDoesNotHoldSaysThatTheOtherModeNeedsLess() {
        SourceMerger full = merger((scratch, bytes) -> scratch.require(Long.MAX_VALUE));

        assertThatThrownBy(() -> merge(full, 0, slice(0, 0, 3, Duty.OWN_AND_OUTSIDE)))
                .isInstanceOfSatisfying(
                        TaskException.class, e -> assertThat(e.kind()).isEqualTo(TaskException.Kind.RETRY))
                .hasMessageStartingWith("no disk space: the task needs ")
                .hasMessageEndingWith("make chunks and batches smaller, or run the day with mode: shred");
    }
}
