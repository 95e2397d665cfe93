package io.tickshred.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SortKeyTest {
    @TempDir
    Path temp;

    private DuckDbSession session;

    @BeforeEach
    void open() throws Exception {
        session = DuckDbSession.open(temp.resolve("scratch"), new MemoryBudget(64 << 20, 1));
    }

    @AfterEach
    void close() {
        session.close();
    }

    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of("SMALLINT", "(i * 7919) % 1000 - 500", true),
                Arguments.of("BIGINT", "(i * 7919) % 1000 - 500", true),
                Arguments.of("UINTEGER", "4294967295 - (i * 7919) % 1000", true),
                Arguments.of("BIGINT", "CASE WHEN i % 7 = 0 THEN NULL ELSE (i * 7919) % 1000 - 500 END", true),
                Arguments.of("BIGINT", "-9223372036854775807 + (i * 7919) % 1000", true),
                Arguments.of("BIGINT", "CASE WHEN i = 3 THEN -9223372036854775807 ELSE i END", false),
                Arguments.of("BOOLEAN", "i % 3 = 0", true),
                Arguments.of("DATE", "DATE '1969-12-01' + CAST((i * 7919) % 100 AS INTEGER)", true),
                Arguments.of("TIMESTAMP_NS", "make_timestamp_ns(1767623400000000000 + (i * 7919) % 1000)", true),
                Arguments.of("TIMESTAMP", "make_timestamp((i * 7919) % 1000 - 500)", true),
                Arguments.of("TIMESTAMP_MS", "make_timestamp(1000 * ((i * 7919) % 1000))", true),
                Arguments.of("TIMESTAMP_S", "make_timestamp(1000000 * ((i * 7919) % 1000))", true),
                Arguments.of("TIMESTAMP WITH TIME ZONE", "make_timestamptz((i * 7919) % 1000)", true),
                Arguments.of("TIMESTAMP", "CASE WHEN i = 5 THEN 'infinity' ELSE make_timestamp(i) END", false),
                Arguments.of("TIMESTAMP", "CASE WHEN i = 5 THEN '-infinity' ELSE make_timestamp(i) END", false),
                Arguments.of("TIME", "TIME '00:00:00' + to_microseconds((i * 7919) % 1000)", true),
                Arguments.of("VARCHAR", "md5(i::VARCHAR)", false),
                Arguments.of("DOUBLE", "(i * 7919) % 1000 / 3.0", false));
    }

    @ParameterizedTest
    @MethodSource("values")
    void theOrderIsThatOfTheColumns(String type, String value, boolean packed) throws Exception {
        session.execute("CREATE TABLE rows AS SELECT i, CAST(" + value + " AS " + type
                + ") AS v, i % 3 AS w FROM range(2000) t(i)");
        SortKey key = new SortKey(
                List.of(SortKey.Part.of("w", "BIGINT"), SortKey.Part.of("v", type), SortKey.Part.within("i", 0, 1999)));

        String order = key.orderBy(bounds(key, Optional.empty()));

        assertThat(order.contains("<<")).isEqualTo(packed);
        assertThat(ids(order)).isEqualTo(ids("w ASC NULLS LAST, v ASC NULLS LAST, i"));
        assertThat(key.measures(Optional.empty()).isEmpty())
                .as("no scan for a key that cannot be packed")
                .isEqualTo(type.equals("VARCHAR") || type.equals("DOUBLE"));
    }

    @Test
    void boundsOfSeveralPartsOfTheRowsAreTheirSpan() throws Exception {
        session.execute("CREATE TABLE rows AS SELECT i, CASE WHEN i % 10 = 0 THEN NULL ELSE 500 - i END AS v"
                + " FROM range(1000) t(i)");
        SortKey key = new SortKey(List.of(SortKey.Part.of("v", "BIGINT"), SortKey.Part.within("i", 0, 999)));

        List<SortKey.Bounds> parts = session.query(
                "SELECT count(*)" + key.measures(Optional.empty()) + " FROM rows GROUP BY i // 100",
                row -> key.read(row, 1, row.int64(0)));
        Optional<SortKey.Bounds> all = parts.stream().reduce(SortKey.Bounds::and);

        assertThat(parts).hasSize(10);
        assertThat(key.orderBy(all)).contains("<<");
        assertThat(ids(key.orderBy(all))).isEqualTo(ids("v ASC NULLS LAST, i"));
    }

    @Test
    void rowsThatDoNotMeetTheConditionDoNotCount() throws Exception {
        session.execute("CREATE TABLE rows AS SELECT i, CASE WHEN i < 10 THEN -9223372036854775807 ELSE i END AS v"
                + " FROM range(1000) t(i)");
        SortKey key = new SortKey(List.of(SortKey.Part.of("v", "BIGINT")));

        assertThat(key.orderBy(bounds(key, Optional.empty()))).doesNotContain("<<");
        assertThat(key.orderBy(bounds(key, Optional.of("i >= 10")))).contains("<<");
    }

    @Test
    void whatDoesNotFitInTwoWordsIsOrderedByItsColumns() throws Exception {
        session.execute("CREATE TABLE rows AS SELECT i, hash(i) % 4611686018427387904 AS a, i AS b, i AS c"
                + " FROM (SELECT CAST(i AS BIGINT) AS i FROM range(1000) t(i))");
        session.execute("ALTER TABLE rows ALTER a TYPE BIGINT");
        SortKey.Part wide = SortKey.Part.of("a", "BIGINT");

        SortKey three = new SortKey(List.of(wide, wide, SortKey.Part.of("b", "BIGINT")));
        SortKey two = new SortKey(List.of(wide, SortKey.Part.of("b", "BIGINT"), SortKey.Part.of("c", "BIGINT")));

        assertThat(three.orderBy(bounds(three, Optional.empty()))).doesNotContain("<<");
        assertThat(two.orderBy(bounds(two, Optional.empty()))).contains("<<");
        assertThat(ids(two.orderBy(bounds(two, Optional.empty())))).isEqualTo(ids("a, b, c"));
    }

    @Test
    void withoutBoundsOrWithOneValueAloneTheColumnsAreTheKey() throws Exception {
        session.execute("CREATE TABLE rows AS SELECT 1 AS i, 5 AS v");
        SortKey key = new SortKey(List.of(SortKey.Part.of("v", "INTEGER")));

        assertThat(key.orderBy(Optional.empty())).isEqualTo("v ASC NULLS LAST");
        assertThat(key.orderBy(bounds(key, Optional.empty()))).isEqualTo("v ASC NULLS LAST");
    }

    private Optional<SortKey.Bounds> bounds(SortKey key, Optional<String> condition) throws Exception {
        String rows =
                "count(*)" + condition.map(c -> " FILTER (WHERE " + c + ")").orElse("");
        return Optional.of(session.query(
                        "SELECT " + rows + key.measures(condition) + " FROM rows",
                        row -> key.read(row, 1, row.int64(0)))
                .get(0));
    }

    private List<Long> ids(String order) throws Exception {
        return session.query("SELECT i FROM rows ORDER BY " + order, row -> row.int64(0));
    }
}
