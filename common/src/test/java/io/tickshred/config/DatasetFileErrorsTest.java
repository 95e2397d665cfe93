package io.tickshred.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The exact line that a person reads for each mistake. */
class DatasetFileErrorsTest {
    private static final String HEAD = "name: us\ninput: /in\noutput: /out\n";
    private static final String TABLE = HEAD + "tables:\n  - name: trades\n";

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("", "us.yaml:1: the file is empty; see datasets/ for examples"),
                mistake(
                        TABLE + "batching:\n  strategy: greedy\n",
                        "us.yaml:7: batching.strategy: must be one of balanced, contiguous, fixed, found 'greedy'"),
                mistake(
                        TABLE + "batching:\n  strategy: fixed\n",
                        "us.yaml:6: batching: field 'listings' is missing; say how many listings a batch has, such as"
                                + " listings: 500"),
                mistake(
                        TABLE + "batching:\n  listings: 5\n",
                        "us.yaml:7: batching.listings: goes with strategy: fixed only; remove it or change the strategy"),
                mistake(
                        TABLE + "batching:\n  groupBy: InstrumentId\n",
                        "us.yaml:7: batching.groupBy: names a column of the universe, and there is none; add universe"),
                mistake(
                        TABLE + "    maxRows: 0\n",
                        "us.yaml:6: tables[0].maxRows: must be a whole number of at least 1, found '0'"),
                mistake(
                        TABLE + "    maxBytes: 0\n",
                        "us.yaml:6: tables[0].maxBytes: a size must lie between 1 byte and 8 EiB: '0'"),
                mistake(
                        TABLE + "estimator:\n  kind: guess\n",
                        "us.yaml:7: estimator.kind: must be one of exact, sample, footer, history, reference, found 'guess'"),
                mistake(
                        TABLE + "estimator:\n  kind: footer\n",
                        "us.yaml:7: estimator.kind: footer needs a universe, because footers do not name their listings;"
                                + " add universe or write kind: sample"),
                mistake(
                        TABLE + "estimator:\n  kind: reference\n",
                        "us.yaml:7: estimator.kind: estimator reference needs a source; name the object of sizes"),
                mistake(
                        TABLE + "estimator:\n  source: a.csv\n",
                        "us.yaml:7: estimator.source: goes with kind: reference only; remove it or change the kind"),
                mistake(
                        TABLE + "estimator:\n  multipliers:\n    l2: -1\n",
                        "us.yaml:8: estimator.multipliers.l2: must be a number above 0, found '-1'"),
                mistake(TABLE + "mode: fast\n", "us.yaml:6: mode: must be one of shred, naive, auto, found 'fast'"),
                mistake(
                        TABLE + "naive:\n  maxReads: 0.5\n",
                        "us.yaml:7: naive.maxReads: maxReads must be at least 1: 0.5"),
                mistake(
                        TABLE + "naive:\n  maxReads: two\n",
                        "us.yaml:7: naive.maxReads: must be a number above 0, found 'two'"),
                mistake(
                        TABLE + "naive:\n  autoReads: 5\n",
                        "us.yaml:7: naive.autoReads: autoReads must be from 0 to maxReads, which is 3.0: 5.0"),
                mistake(
                        TABLE + "naive:\n  maxBatchBytes: 0\n",
                        "us.yaml:7: naive.maxBatchBytes: a size must lie between 1 byte and 8 EiB: '0'"),
                mistake(
                        TABLE + "naive:\n  reads: 5\n",
                        "us.yaml:7: naive.reads: unknown field 'reads'; known here: autoBytes, autoReads, maxBatchBytes, maxReads"),
                mistake("- a", "us.yaml:1: a dataset must be a mapping of fields, found a list"),
                mistake(
                        "input: /in\n",
                        "us.yaml:1: field 'name' is missing; give the dataset a name, such as name: trades"),
                mistake(
                        "name: us\noutput: /out\n",
                        "us.yaml:1: field 'input' is missing; say where the source objects lie: s3://bucket/prefix or a directory"),
                mistake(
                        "name: us\ninput: http://x/y\noutput: /out\n",
                        "us.yaml:2: input: not a location: 'http://x/y'; write s3://bucket/prefix or a directory"),
                mistake(
                        "name: us\ninput: s3://B_\noutput: /out\n",
                        "us.yaml:2: input: not an S3 location: 's3://B_'; write s3://bucket or s3://bucket/prefix"),
                mistake(
                        HEAD,
                        "us.yaml:1: field 'tables' is missing or empty; define at least one, such as - name: trades"),
                mistake(
                        HEAD + "tabels:\n  - name: trades\n",
                        "us.yaml:4: tabels: unknown field 'tabels'; did you mean tables?"),
                mistake("nam: us\ninput: /in\n", "us.yaml:1: nam: unknown field 'nam'; did you mean name?"),
                mistake(
                        HEAD + "tables:\n  - name: trades\n    listin: ListingId\n",
                        "us.yaml:6: tables[0].listin: unknown field 'listin'; known here: columns, folder, listing,"
                                + " maxBytes, maxRows, name, optional, order, prefix, preset, rename, select, source, sources,"
                                + " timestamp, where; did you mean listing?"),
                mistake(
                        HEAD + "tables:\n  - name: trades\n    listing:\n      column: x\n",
                        "us.yaml:6: tables[0].listing: must be a text, found a mapping of fields"),
                mistake(
                        "name: Us Equity\ninput: /in\noutput: /out\ntables:\n  - name: trades\n",
                        "us.yaml:1: name: dataset must be 1 to 63 of a-z, 0-9, _ and -, starting with a letter or digit: Us"
                                + " Equity"),
                mistake(
                        HEAD + "tables:\n  - name: ../x\n",
                        "us.yaml:5: tables[0].name: table must be 1 to 63 of a-z, 0-9, _ and -, starting with a letter or"
                                + " digit: ../x"),
                mistake(
                        HEAD + "tables:\n  - name: a\n  - name: a\n",
                        "us.yaml:6: tables[1]: table 'a' is defined twice; give each table its own name"),
                mistake(
                        HEAD + "chunks:\n  targetBytes: 12 parsecs\ntables:\n  - name: a\n",
                        "us.yaml:5: chunks.targetBytes: not a size: '12 parsecs'; write bytes, or a number with KiB, MiB, GiB"
                                + " or TiB such as 256MiB"),
                mistake(
                        HEAD + "chunks:\n  maxObjects: 0\ntables:\n  - name: a\n",
                        "us.yaml:5: chunks.maxObjects: must be a whole number of at least 1, found '0'"),
                mistake(
                        HEAD + "layout: striped\ntables:\n  - name: a\n",
                        "us.yaml:4: layout: must be packed or partitioned, found 'striped'"),
                mistake(
                        HEAD + "cleanup:\n  keepBatches: 7\ntables:\n  - name: a\n",
                        "us.yaml:5: cleanup.keepBatches: must be true, false or a number of days such as '7 days', found"
                                + " '7'"),
                mistake(
                        HEAD + "cleanup:\n  keepBatches: false\ntables:\n  - name: a\n",
                        "us.yaml:5: cleanup.keepBatches: would delete all that a dataset without metrics makes; define"
                                + " metrics, or write true"),
                mistake(
                        HEAD + "universe:\n  source: listings.xls\ntables:\n  - name: a\n",
                        "us.yaml:5: universe.source: source must end in .csv or .parquet: listings.xls"),
                mistake(
                        TABLE + "    source: \"trades/{day}/*.parquet\"\n",
                        "us.yaml:6: tables[0].source: unknown placeholder {day}; there are: {MIC} {MM} {date} {dd} {folder}"
                                + " {mic} {prefix} {table} {yyyy} {yyyyMMdd}"),
                mistake(
                        TABLE + "    sources:\n      - \"{date}/*.parquet\"\n      - \"../{date}/*.parquet\"\n",
                        "us.yaml:8: tables[0].sources[1]: must be relative to the dataset's input, without '/' at the start or"
                                + " '..': '../{date}/*.parquet'"),
                mistake(
                        HEAD + "tables:\n  - preset: trade\n",
                        "us.yaml:5: tables[0].preset: unknown preset 'trade'; did you mean 'trades'? There are: "
                                + String.join(", ", Presets.NAMES)),
                mistake(
                        HEAD + "tables:\n  - preset: l2\n    order: []\n    ordre: [A]\n",
                        "us.yaml:7: tables[0].ordre: unknown field 'ordre'; known here: columns, folder, listing, maxBytes,"
                                + " maxRows, name, optional, order, prefix, preset, rename, select, source, sources,"
                                + " timestamp, where; did you mean order?"),
                mistake(
                        TABLE + "    source: \"{folder}/{date}.parquet\"\n",
                        "us.yaml:6: tables[0].source: has {folder}, but the table has no field 'folder': add it"),
                mistake(
                        TABLE + "    prefix: a*\n    source: \"{prefix}{yyyyMMdd}.parquet\"\n",
                        "us.yaml:7: tables[0].source: field 'prefix' must be a text without { } and *: 'a*'"),
                mistake(
                        TABLE + "    rename: {a: Price, b: Price}\n",
                        "us.yaml:6: tables[0].rename.b: column 'Price' is renamed to 'a' and to 'b'; keep one"),
                mistake(
                        TABLE + "    select: ['*', {a: Size + 1}]\n    rename: {a: Price}\n",
                        "us.yaml:7: tables[0].rename.a: column 'a' is in select too; keep one of the two"),
                mistake(
                        TABLE + "    select: [ListingId]\n    rename: {a: Price}\n",
                        "us.yaml:7: tables[0].rename.a: renames among all columns, but select names the columns; write 'a:"
                                + " Price' there"),
                mistake(
                        TABLE + "    columns: {Price: money}\n",
                        "us.yaml:6: tables[0].columns.Price: unknown type 'money'; there are: BOOLEAN, TINYINT, SMALLINT,"
                                + " INTEGER, BIGINT, UTINYINT, USMALLINT, UINTEGER, UBIGINT, FLOAT, DOUBLE, DECIMAL(p,s),"
                                + " DATE, TIME, TIME_NS, TIMESTAMP, TIMESTAMP_NS, TIMESTAMPTZ, TIMESTAMPTZ_NS, VARCHAR,"
                                + " BLOB, UUID"),
                mistake(
                        TABLE + "    optional: yes\n",
                        "us.yaml:6: tables[0].optional: must be true or false, found 'yes'"),
                mistake(
                        TABLE + "    optional: true\n",
                        "us.yaml:6: tables[0].optional: needs 'columns' with the types of all columns, because a day without"
                                + " objects tells none"),
                mistake(
                        TABLE + "    source: \"trades/*.parquet\"\n",
                        "us.yaml:6: tables[0].source: must contain {date}, {yyyyMMdd}, or {yyyy}, {MM} and {dd}, so that"
                                + " days do not mix:"
                                + " 'trades/*.parquet'"),
                mistake(
                        TABLE + "    source: {date}/*.parquet\n",
                        "us.yaml:6: not valid YAML: expected <block end>, but found '<scalar>'; quote texts that begin with {"
                                + " * or %"),
                mistake(
                        TABLE + "    source: \"{date}/a\"\n    sources: [\"{date}/b\"]\n",
                        "us.yaml:6: tables[0].source: stands beside 'sources'; keep one of the two"),
                mistake(
                        TABLE + "    select:\n      - ListingId\n      - '*'\n",
                        "us.yaml:8: tables[0].select[1]: '*' must be the first of select; put the columns that you add after"
                                + " it"),
                mistake(
                        TABLE + "    select:\n      - a: 1\n        b: 2\n",
                        "us.yaml:7: tables[0].select[0]: must be one 'name: expression', found 2 fields; begin each column"
                                + " with its own dash"),
                mistake(
                        TABLE + "    select: [ListingId, Price, Price]\n",
                        "us.yaml:6: tables[0].select[2]: column 'Price' is selected twice; remove one"),
                mistake(
                        TABLE + "    order: [SeqNo]\n    select: [ListingId, Price]\n",
                        "us.yaml:6: tables[0].order: column 'SeqNo' (order) is not in select; add it there, found: ListingId,"
                                + " Price"),
                mistake(
                        TABLE + "    maxRows: many\n",
                        "us.yaml:6: tables[0].maxRows: must be a whole number of at least 1, found 'many'"),
                mistake(HEAD + "name: again\n", "us.yaml:4: name: stands twice; remove one"),
                mistake(
                        "name: &n us\ninput: *n\n",
                        "us.yaml:2: input: aliases are not supported; write the value out"));
    }

    private static Arguments mistake(String yaml, String line) {
        return Arguments.of(yaml, line);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeIsRefusedWithOneLineThatSaysWhereAndWhatToDo(String yaml, String line) {
        ConfigException refused = catchThrowableOfType(ConfigException.class, () -> DatasetFile.parse("us.yaml", yaml));

        assertThat(refused).hasMessage(line);
    }
}
