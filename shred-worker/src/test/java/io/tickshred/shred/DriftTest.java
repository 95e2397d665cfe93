package io.tickshred.shred;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.duckdb.StagedColumns;
import io.tickshred.fleet.TaskException;
import io.tickshred.model.ColumnType;
import io.tickshred.model.ListingType;
import io.tickshred.model.Proof;
import io.tickshred.model.SourceColumn;
import io.tickshred.testkit.duckdb.Oracle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Objects whose columns differ, read as the day's: every value as DuckDB casts it, in whichever chunk it is read. */
class DriftTest {
    private static final SourceColumn ID = column("id", "BIGINT");
    private static final SourceColumn T = column("t", "BIGINT");

    @TempDir
    Path temp;

    private Path input;

    @BeforeEach
    void makeInput() throws Exception {
        input = Files.createDirectories(temp.resolve("input"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "TINYINT   | -128, 127                | BIGINT    | -9223372036854775808, 9223372036854775807 | BIGINT",
                "SMALLINT  | -32768, 32767            | INTEGER   | -2147483648, 2147483647 | INTEGER",
                "UTINYINT  | 0, 255                   | TINYINT   | -128, 127               | SMALLINT",
                "USMALLINT | 65535                    | SMALLINT  | -32768                  | INTEGER",
                "UINTEGER  | 4294967295               | INTEGER   | -2147483648             | BIGINT",
                "UBIGINT   | 18446744073709551615     | UINTEGER  | 4294967295              | UBIGINT",
                "FLOAT     | '0.1', 'nan', '-0', '-inf' | DOUBLE | '0.1', 'nan', '-0', 'inf' | DOUBLE",
                "INTEGER   | -2147483648, 2147483647  | DOUBLE    | 1e300                   | DOUBLE",
                "USMALLINT | 65535                    | FLOAT     | 1.5                     | DOUBLE",
                "DECIMAL(4,2) | 99.99                 | DECIMAL(38,10) | -1234567890123456789012345678.0123456789 | DECIMAL(38,10)",
                "DECIMAL(18,0) | 999999999999999999   | DECIMAL(9,9) | 0.123456789           | DECIMAL(27,9)",
                "TIMESTAMP_MS | '1969-12-31 23:59:59.999', '2262-04-11' | TIMESTAMP_NS | '2020-01-01 00:00:00.123456789' | TIMESTAMP_NS",
                "TIMESTAMP | '1969-12-31 23:59:59.999999', 'infinity' | TIMESTAMP_NS | '2020-01-01 00:00:00.123456789' | TIMESTAMP_NS",
                "TIMESTAMP_MS | '0001-01-01', '9999-12-31 23:59:59.999' | TIMESTAMP | '294246-01-01' | TIMESTAMP",
                "TIMESTAMPTZ | '2020-01-01 00:00:00.000001+02' | TIMESTAMPTZ_NS | '2020-01-01 00:00:00.123456789' | TIMESTAMPTZ_NS",
                "TIMESTAMP | '2020-01-01 12:00:00.000001' | TIMESTAMPTZ | '2020-01-01 12:00:00+00' | TIMESTAMP WITH TIME ZONE",
                "TIMESTAMP_NS | '2020-01-01 12:00:00.000000001' | TIMESTAMPTZ | '2020-01-01 12:00:00+00' | TIMESTAMPTZ_NS",
                "TIMESTAMPTZ_NS | '2020-01-01 12:00:00.000000001' | TIMESTAMP | '2020-01-01 12:00:00' | TIMESTAMP_NS",
                "TIME | '23:59:59.999999' | TIME_NS | '23:59:59.999999999' | TIME_NS",
                "VARCHAR | 'é😀', '' | VARCHAR | 'x' | VARCHAR",
                "BLOB | 'a\\x00' | BLOB | 'x' | BLOB",
                "DATE | '2020-01-01' | DATE | '-infinity' | DATE",
                "BOOLEAN | true, false | BOOLEAN | true | BOOLEAN",
            })
    void everyPairOfTypesThatIsReconciled(String typeA, String valuesA, String typeB, String valuesB, String day)
            throws Exception {
        write("a", typeA, valuesA);
        write("b", typeB, valuesB);
        Shredding shredding = shredding().planned(ID, T, column("v", day));

        ShreddedChunk both = shredding.shred(shredding.sources(List.of("a.parquet", "b.parquet")));
        ShreddedChunk a = shredding.shred(List.of(shredding.source(0, "a.parquet")));
        ShreddedChunk b = shredding.shred(List.of(shredding.source(1, "b.parquet")));

        try (Oracle duckdb = new Oracle()) {
            String expected = duckdb.rows("SELECT id::BIGINT, t::BIGINT, CAST(v AS " + day + "), '" + day
                            + "' FROM '" + input + "/a.parquet' UNION ALL SELECT id, t, CAST(v AS " + day + "), '" + day
                            + "' FROM '" + input + "/b.parquet' ORDER BY ALL")
                    .toString();
            assertThat(expected).hasSizeGreaterThan(20);
            for (String files : List.of(files(shredding, both), files(shredding, a, b))) {
                assertThat(duckdb.rows("SELECT id, t, v, typeof(v) FROM " + files + " ORDER BY ALL")
                                .toString())
                        .isEqualTo(expected);
            }
            String order = " ORDER BY " + StagedColumns.SOURCE + ", " + StagedColumns.ROW;
            assertThat(duckdb.rows("FROM " + files(shredding, a, b) + order))
                    .isEqualTo(duckdb.rows("FROM " + files(shredding, both) + order));
        }
        assertThat(proof(both)).isEqualTo(proof(a).plus(proof(b)));
    }

    @Test
    void encodingRepetitionAndUnitsOfTheOldAnnotationsDoNotMatter() throws Exception {
        copy("a", "SELECT 1 AS id, i AS t, 'x' || i % 3 AS v FROM range(3000) t(i)", "DICTIONARY_SIZE_LIMIT 1");
        copy("b", "SELECT 1 AS id, i AS t, 'x' || i % 3 AS v FROM range(3000) t(i)", "PARQUET_VERSION v2");
        Shredding shredding = shredding().planned(ID, T, column("v", "VARCHAR"));

        ShreddedChunk both = shredding.shred(shredding.sources(List.of("a.parquet", "b.parquet")));

        assertThat(both.routed()).isEqualTo(6000);
    }

    @Test
    void columnsThatAnObjectLacksAreNullThereAndOthersStandInAnyOrder() throws Exception {
        copy("a", "SELECT 1.5::FLOAT AS p, 7::SMALLINT AS t, 1 AS id", "");
        copy("b", "SELECT 1 AS id, 8 AS t, 'n' AS note, 2.5 :: DOUBLE AS p, true AS f", "");
        Shredding shredding =
                shredding().planned(ID, T, column("p", "DOUBLE"), column("f", "BOOLEAN"), column("note", "VARCHAR"));

        for (List<String> keys : List.of(List.of("a.parquet", "b.parquet"), List.of("a.parquet"))) {
            ShreddedChunk chunk = shredding.shred(shredding.sources(keys));
            try (Oracle duckdb = new Oracle()) {
                assertThat(duckdb.rows("SELECT * EXCLUDE (" + StagedColumns.BATCH + ") FROM " + files(shredding, chunk))
                                .toString())
                        .isEqualTo("[[1, 7, 1.5, null, null, 0, 0]"
                                + (keys.size() == 1 ? "]" : ", [1, 8, 2.5, true, n, 1, 0]]"));
            }
        }
    }

    @Test
    void aTimeThatNanosecondsDoNotHoldIsAnErrorThatNamesTheObjectAndNoWrap() throws Exception {
        write("a", "TIMESTAMP_NS", "'2020-01-01'");
        write("b", "TIMESTAMP_MS", "'2020-01-01', '2262-04-12'");
        Shredding shredding = shredding().planned(ID, T, column("v", "TIMESTAMP_NS"));

        assertThatThrownBy(() -> shredding.shred(shredding.sources(List.of("a.parquet", "b.parquet"))))
                .isInstanceOfSatisfying(TaskException.class, e -> {
                    assertThat(e.kind()).isEqualTo(TaskException.Kind.POISON);
                    assertThat(e.failure().object().orElseThrow()).endsWith("/b.parquet");
                    assertThat(e.failure().reason()).contains("Could not convert Timestamp");
                });
    }

    @Test
    void anObjectThatIsNotAsPlannedIsRefusedByName() throws Exception {
        write("a", "VARCHAR", "'x'");
        Shredding shredding = shredding().planned(ID, T, column("v", "DOUBLE"));

        assertThatThrownBy(() -> shredding.shred(shredding.sources(List.of("a.parquet"))))
                .isInstanceOf(TaskException.class)
                .hasMessageContaining("column v is VARCHAR in ")
                .hasMessageContaining("a.parquet, which is not what was planned");
    }

    private Shredding shredding() {
        return new Shredding(input, temp)
                .table(Shredding.table("id", List.of("t"), "", List.of()))
                .universe(ListingType.INT64, List.of("1"), 1);
    }

    /** Values of a type, and a null behind them, as rows of one listing. */
    private void write(String name, String type, String values) {
        copy(
                name,
                "SELECT 1::INTEGER AS id, (row_number() OVER ())::SMALLINT AS t, CAST(x AS " + type
                        + ") AS v FROM (SELECT unnest([" + values + "]) AS x UNION ALL SELECT NULL)",
                "");
    }

    private void copy(String name, String select, String options) {
        try (Oracle duckdb = new Oracle()) {
            duckdb.execute("COPY (" + select + ") TO '" + input.resolve(name + ".parquet") + "' (FORMAT parquet"
                    + (options.isEmpty() ? "" : ", " + options) + ")");
        }
    }

    private static String files(Shredding shredding, ShreddedChunk... chunks) {
        List<String> files = java.util.Arrays.stream(chunks)
                .flatMap(chunk -> shredding.staged(chunk).stream())
                .map(file -> "'" + file + "'")
                .toList();
        return "read_parquet([" + String.join(", ", files) + "])";
    }

    private static Proof proof(ShreddedChunk chunk) {
        return chunk.run().proof();
    }

    private static SourceColumn column(String name, String type) {
        return new SourceColumn(name, new ColumnType(type));
    }
}
