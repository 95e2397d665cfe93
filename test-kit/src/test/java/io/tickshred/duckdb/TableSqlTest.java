package io.tickshred.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.model.BatchCaps;
import io.tickshred.model.ListingType;
import io.tickshred.model.OutputColumn;
import io.tickshred.model.TableDefinition;
import io.tickshred.parquet.Folder;
import io.tickshred.parquet.Footer;
import io.tickshred.parquet.FooterReader;
import io.tickshred.schema.ObjectShapes;
import io.tickshred.schema.Reconciliation;
import io.tickshred.testkit.duckdb.Oracle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableSqlTest {
    private static final OutputColumn ID = new OutputColumn("id", "id");

    @TempDir
    Path temp;

    private DuckDbSession session;

    @BeforeEach
    void open() throws DuckDbException {
        session = DuckDbSession.open(temp.resolve("scratch"), new MemoryBudget(64 << 20, 1));
    }

    @AfterEach
    void close() {
        session.close();
    }

    @Test
    void withoutSelectTheOutputIsTheSource() throws Exception {
        TableSql sql = compile(source("1::BIGINT AS id, 2 AS \"the \"\"price\"\"\", 'x' AS s"), table(List.of(), ""));

        assertThat(sql.outputColumns()).containsExactly("id", "the \"price\"", "s");
        assertThat(sql.sourceColumns()).containsExactly("id", "the \"price\"", "s");
        assertThat(sql.output()).containsEntry("s", "VARCHAR").containsEntry("id", "BIGINT");
        assertThat(sql.listingType()).isEqualTo(ListingType.INT64);
        assertThat(sql.where()).isEqualTo("TRUE");
        assertThat(sql.orderParts()).containsExactly(SortKey.Part.of("\"id\"", "BIGINT"));
    }

    @Test
    void onlyReferencedColumnsAreReadWhateverTheExpressionsForm() throws Exception {
        TableSql sql = compile(
                source("'a' AS id, 1 AS a, 2 AS b, [3] AS c, {'x': 4} AS d, 5 AS e, 6 AS f, 7 AS g, 8 AS x, 9 AS y"),
                table(
                        List.of(
                                ID,
                                new OutputColumn("sum", "A + 1 -- a comment"),
                                new OutputColumn("cased", "CASE WHEN b > 1 THEN CAST(e AS DOUBLE) ELSE NULL END"),
                                new OutputColumn("mapped", "list_transform(c, lambda x: x + f)"),
                                new OutputColumn("field", "d.x")),
                        "g BETWEEN 1 AND 9 AND a IN (1, 2)"));

        assertThat(sql.sourceColumns()).containsExactly("id", "a", "b", "c", "d", "e", "f", "g");
        assertThat(sql.listingType()).isEqualTo(ListingType.STRING);
        assertThat(sql.output())
                .containsEntry("mapped", "INTEGER[]")
                .containsEntry("field", "INTEGER")
                .containsEntry("cased", "DOUBLE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(SELECT 1)",
                "id IN (SELECT 1)",
                "EXISTS (SELECT 1)",
                "1) FROM read_text('/etc/passwd'); SELECT (1",
                "1), (2",
                "1) FROM range(3) t(id) WHERE (true",
                "sum(id)",
                "count(*)",
                "row_number() OVER ()",
                "random()",
                "now()",
                "uuid()",
                "nextval('s')",
                "$1",
                "#1",
                "*",
                "COLUMNS('i.*')",
                "'a' COLLATE NOCASE",
                "unnest([1, 2])",
                "DROP TABLE x",
                "nosuchfunction(id)",
                "nosuchcolumn + 1",
                "other.id",
            })
    void anExpressionIsAFunctionOfOneRowAndNothingElse(String expression) {
        assertThatThrownBy(() -> compile(source("1 AS id"), table(List.of(ID, new OutputColumn("x", expression)), "")))
                .isInstanceOf(DefinitionException.class)
                .hasMessageStartingWith("table trades: select of x")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1::HUGEINT | has type HUGEINT, which Parquet does not hold exactly (it would come back as DOUBLE)",
                "INTERVAL 1 DAY | has type INTERVAL, which Parquet does not hold exactly",
                "'a'::ENUM('a', 'b') | would come back as VARCHAR",
                "TIMESTAMP_S '2020-01-01' | has type TIMESTAMP_S",
            })
    void aTypeThatParquetDoesNotHoldIsRefused(String expression, String message) {
        assertThatThrownBy(() -> compile(source("1 AS id"), table(List.of(ID, new OutputColumn("x", expression)), "")))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining("table trades: column x")
                .hasMessageContaining(message);
    }

    @Test
    void missingAndUnsuitableColumnsAreNamedWithThoseThatAreThere() {
        assertRefused(
                "1 AS ident, 2 AS p", table(List.of(), ""), "has no listing column id in its source; it has: ident, p");
        assertRefused(
                "1.5 AS id",
                table(List.of(), ""),
                "listing column id has type DECIMAL(2,1), it must be a string or an integer that fits 64 bits; name such"
                        + " a column as listing in the dataset, or have the sources written with it as one: rows are"
                        + " routed by it as it is, so select cannot cast it");
        assertRefused(
                "1 AS id",
                table(List.of(ID), "p > 1"),
                "where refers to column p, which the source does not have; correct it in the dataset; it has: id");
        assertRefused("1 AS id", table(List.of(ID), "id + 1"), "where must be a condition, but has type");
        assertRefused(
                "1 AS id", table(List.of(new OutputColumn("x", "id")), ""), "has no listing column id in its output");
        assertRefused(
                "1 AS id", table(List.of(new OutputColumn("id", "id + 1")), ""), "must be the source column itself");
        assertRefused(
                "1 AS id",
                new TableDefinition(
                        "trades",
                        List.of("*"),
                        "id",
                        List.of("t"),
                        "id",
                        Optional.empty(),
                        List.of(),
                        new BatchCaps(1, 1)),
                "table trades has no order column t in its output; correct order of the table in the dataset; it has: id");
        assertRefused(
                "1 AS id, 2 AS Seq",
                renaming(Map.of(), "id", "Seq DESC", ""),
                "table trades has no order column Seq DESC in its output: order takes no direction, rows are always"
                        + " sorted ascending; write order: Seq");
        assertRefused("1 AS id, 2 AS __tickshred_row", table(List.of(), ""), "a name that cannot be used");
        assertRefused("1 AS id", table(List.of(ID, new OutputColumn("Id", "id")), ""), "differ in case only");
    }

    @Test
    void namesThatDifferInCaseAloneAreReadWhenOneIsMeantAndRefusedWhenBothAre() throws Exception {
        Footer footer = FooterWithCase.of(source("1 AS id, 2 AS price, 3 AS pricf"), "pricf", "PRICE");

        TableSql sql = compile(footer, table(List.of(ID, new OutputColumn("p", "\"PRICE\"")), ""));

        assertThat(sql.sourceColumns()).containsExactly("id", "PRICE");
        assertThatThrownBy(() -> compile(footer, table(List.of(), "")))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining("reads columns price and PRICE, which differ in case only");
        assertThatThrownBy(() -> compile(footer, table(List.of(ID, new OutputColumn("p", "Price")), "")))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining("refers to Price, but the source has price and PRICE: spell it as one of them");
    }

    @Test
    void theHashOfAMultisetIsTheSumOverItsParts() throws Exception {
        String all = "SELECT " + RowHashSql.aggregate(List.of("a", "b"))
                + " FROM (SELECT i AS a, 'x' || i AS b FROM range(1000) t(i))";
        long first = session.query(all + " WHERE a < 400", row -> RowHashSql.read(row, 0))
                .get(0)
                .bits();
        long second = session.query(all + " WHERE a >= 400", row -> RowHashSql.read(row, 0))
                .get(0)
                .bits();

        assertThat(session.query(all, row -> RowHashSql.read(row, 0)).get(0).bits())
                .isEqualTo(first + second);
        assertThat(session.query(all + " WHERE a < 0", row -> RowHashSql.read(row, 0))
                        .get(0)
                        .bits())
                .isZero();
    }

    private void assertRefused(String source, TableDefinition table, String message) {
        assertThatThrownBy(() -> compile(source(source), table))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aRenamedColumnStandsInItsPlaceAndListingAndOrderNameTheOutput() throws Exception {
        TableSql sql = compile(
                source("1 AS a, 7::BIGINT AS Listing, 2.5::DOUBLE AS price, 3 AS seq"),
                renaming(
                        Map.of("Listing", "id", "price", "Price", "seq", "n"), "id", "n", "Listing > 1 AND price > 1"));

        assertThat(sql.outputColumns()).containsExactly("a", "id", "Price", "n");
        assertThat(sql.listing()).isEqualTo("Listing");
        assertThat(sql.order()).containsExactly("n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "price | seq | id | seq | rename gives two columns the name seq, seq and price: rename both, or choose another",
                "pric | x | id | seq | rename refers to column pric, which the source does not have; it has: id, price, seq",
                "seq | n | id | seq | has no order column seq in its output, where it is renamed: write order: n",
                "id | x | id | seq | has no listing column id in its output, where it is renamed: write listing: x",
                "price | SEQ | id | seq | selects SEQ and seq, which differ in case only: rename one",
            })
    void aRenameThatDoesNotGoIsRefused(String from, String to, String listing, String order, String message) {
        assertThatThrownBy(() -> compile(
                        source("1 AS id, 2 AS price, 3 AS seq"), renaming(Map.of(from, to), listing, order, "")))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining("table trades")
                .hasMessageContaining(message);
    }

    @Test
    void whereThatNamesAnUnknownColumnIsRefusedWithTheColumnsThereAre() {
        assertThatThrownBy(() -> compile(source("1 AS id, 2 AS price, 3 AS Size"), table(List.of(), "Siez > 0")))
                .hasMessage(
                        "table trades: where refers to column Siez, which the source does not have; correct it in the dataset;"
                                + " it has: id, price, Size; did you mean Size?");
    }

    private static TableDefinition renaming(Map<String, String> rename, String listing, String order, String where) {
        return new TableDefinition(
                "trades",
                List.of("x"),
                listing,
                List.of(order),
                order,
                Optional.of(where).filter(w -> !w.isEmpty()),
                List.of(),
                new BatchCaps(1, 1),
                new TreeMap<>(rename),
                List.of(),
                false);
    }

    private TableSql compile(Footer footer, TableDefinition table) throws Exception {
        TableReferences references = TableReferences.parse(session, table);
        ObjectShapes shapes = new ObjectShapes(references.wanted());
        shapes.add(footer);
        return TableSql.compile(
                session, references, Reconciliation.of(references.wanted(), shapes.all()), Optional.of(footer));
    }

    private static TableDefinition table(List<OutputColumn> select, String where) {
        return new TableDefinition(
                "trades",
                List.of("*.parquet"),
                "id",
                List.of("id"),
                "id",
                Optional.of(where).filter(w -> !w.isEmpty()),
                select,
                new BatchCaps(1, 1));
    }

    private Footer source(String columns) throws IOException {
        try (Oracle duckdb = new Oracle()) {
            duckdb.execute(
                    "COPY (SELECT " + columns + ") TO '" + temp.resolve("source.parquet") + "' (FORMAT parquet)");
        }
        Folder store = new Folder(temp);
        return FooterReader.read(store, store.head("source.parquet"));
    }
}
