package io.tickshred.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.model.BatchCaps;
import io.tickshred.model.BatchingPolicy;
import io.tickshred.model.ChunkPolicy;
import io.tickshred.model.ColumnType;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.EstimatorPolicy;
import io.tickshred.model.ModePolicy;
import io.tickshred.model.ObjectTemplate;
import io.tickshred.model.OutputColumn;
import io.tickshred.model.RunMode;
import io.tickshred.model.SourceColumn;
import io.tickshred.model.StagingLayout;
import io.tickshred.model.TableDefinition;
import io.tickshred.model.UniverseDefinition;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetFileTest {
    @TempDir
    Path directory;

    @Test
    void aTableWithOnlyANameGetsTheDefaults() throws Exception {
        DatasetDefinition dataset = DatasetFile.parse(
                "us.yaml", "name: us\ninput: s3://raw/us/\noutput: s3://out\ntables:\n  - name: trades\n");

        assertThat(dataset.input()).isEqualTo("s3://raw/us");
        assertThat(dataset.staging()).isEqualTo("s3://out");
        assertThat(dataset.universe()).isEmpty();
        assertThat(dataset.layout()).isEqualTo(StagingLayout.PACKED);
        assertThat(dataset.chunks()).isEqualTo(new ChunkPolicy(268_435_456, 1000, 1_000_000));
        assertThat(dataset.tables())
                .containsExactly(new TableDefinition(
                        "trades",
                        List.of("{table}/date={date}/mic={mic}/*.parquet", "date={date}/mic={mic}/*.parquet"),
                        "ListingId",
                        List.of("TradeTimestampNanoseconds", "SeqNo"),
                        "TradeTimestampNanoseconds",
                        Optional.empty(),
                        List.of(),
                        new BatchCaps(50_000_000, 4_294_967_296L)));
    }

    @Test
    void aByteOrderMarkBeforeUtf8IsNoPartOfTheText() throws Exception {
        Path file = directory.resolve("us.yaml");
        Files.writeString(file, "\uFEFFname: us # B\u00f6rse\ninput: /in\noutput: /out\ntables:\n  - name: trades\n");

        DatasetDefinition dataset = DatasetFile.load(file);

        assertThat(dataset.name()).isEqualTo("us");
    }

    @Test
    void aFileThatIsNotUtf8IsToldByItsFirstLineThatIsNot() throws Exception {
        Path file = directory.resolve("us.yaml");
        Files.writeString(file, "# d\u00fcrr\nname: us # B\u00f6rse\n", StandardCharsets.ISO_8859_1);
        Path cut = directory.resolve("cut.yaml");
        Files.write(cut, new byte[] {'a', '\n', ':', (byte) 0xC3});

        assertThatThrownBy(() -> DatasetFile.load(file))
                .hasMessage(file + ":1: is not UTF-8: byte 0xFC after '# d'; save the file as UTF-8");
        assertThatThrownBy(() -> DatasetFile.load(cut))
                .hasMessage(cut + ":2: is not UTF-8: byte 0xC3 after ':'; save the file as UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE"})
    void utf16IsToldAsSuch(String charset) throws Exception {
        Path file = directory.resolve("us.yaml");
        Files.writeString(file, "name: us\n", Charset.forName(charset));

        assertThatThrownBy(() -> DatasetFile.load(file)).hasMessage(file + ": is UTF-16, not UTF-8; save it as UTF-8");
    }

    @Test
    void everyFieldIsRead() throws Exception {
        DatasetDefinition dataset = DatasetFile.parse("us.yaml", """
                name: us
                input: /data/in
                output: file:/data/out
                staging: s3://scratch/staging
                universe: {source: "listings/{yyyy}.csv", listing: Id}
                chunks: {targetBytes: 1.5MiB, maxObjects: 7, maxSlices: 90_000}
                layout: partitioned
                tables:
                  - name: quotes
                    source: "q/{yyyy}/{MM}/{dd}/**.parquet"
                    listing: Id
                    order: Ts
                    timestamp: Seen
                    where: Bid > 0
                    select:
                      - Id
                      - Ts
                      - Seen
                      - Mid: (Bid + Ask) / 2
                    maxRows: 1_000,000
                    maxBytes: 2 GiB
                """);

        assertThat(dataset.output()).isEqualTo("/data/out");
        assertThat(dataset.staging()).isEqualTo("s3://scratch/staging");
        assertThat(dataset.universe()).contains(new UniverseDefinition("listings/{yyyy}.csv", "Id"));
        assertThat(dataset.chunks()).isEqualTo(new ChunkPolicy(1_572_864, 7, 90_000));
        assertThat(dataset.layout()).isEqualTo(StagingLayout.PARTITIONED);
        assertThat(dataset.tables())
                .containsExactly(new TableDefinition(
                        "quotes",
                        List.of("q/{yyyy}/{MM}/{dd}/**.parquet"),
                        "Id",
                        List.of("Ts"),
                        "Seen",
                        Optional.of("Bid > 0"),
                        List.of(
                                new OutputColumn("Id", "\"Id\""),
                                new OutputColumn("Ts", "\"Ts\""),
                                new OutputColumn("Seen", "\"Seen\""),
                                new OutputColumn("Mid", "(Bid + Ask) / 2")),
                        new BatchCaps(1_000_000, 2_147_483_648L)));
    }

    @Test
    void aStarAloneIsAllSourceColumnsAndAStarWithMoreKeepsTheMore() throws Exception {
        String head = "name: us\ninput: /in\noutput: /out\ntables:\n  - name: trades\n    select: ";

        assertThat(DatasetFile.parse("a", head + "'*'").tables().get(0).select())
                .isEmpty();
        assertThat(DatasetFile.parse("a", head + "['*', N: P * S]")
                        .tables()
                        .get(0)
                        .select())
                .containsExactly(new OutputColumn("*", "*"), new OutputColumn("N", "P * S"));
    }

    @Test
    void relativeDirectoriesAreRelativeToTheFile() throws Exception {
        Path file = Files.writeString(
                directory.resolve("us.yaml"), "name: us\ninput: ../raw\noutput: out\ntables: [{name: trades}]\n");

        DatasetDefinition dataset = DatasetFile.load(file);

        assertThat(dataset.input()).isEqualTo(directory.resolveSibling("raw").toString());
        assertThat(dataset.output()).isEqualTo(directory.resolve("out").toString());
    }

    @Test
    void overridesTakeThePlaceOfWhatTheFileSays() throws Exception {
        String yaml = "name: us\ninput: /in\noutput: /out\ntables: [{name: trades}, {name: quotes}]\n";

        DatasetDefinition dataset = DatasetFile.parse(
                "us.yaml",
                yaml,
                new DatasetOverrides(
                        Optional.of("s3://raw"),
                        Optional.of("/elsewhere"),
                        Optional.empty(),
                        Optional.of(StagingLayout.PARTITIONED),
                        OptionalLong.of(1000),
                        OptionalInt.of(3),
                        OptionalLong.of(5),
                        List.of("quotes")));

        assertThat(dataset.input()).isEqualTo("s3://raw");
        assertThat(dataset.output()).isEqualTo("/elsewhere");
        assertThat(dataset.staging()).isEqualTo("/elsewhere");
        assertThat(dataset.layout()).isEqualTo(StagingLayout.PARTITIONED);
        assertThat(dataset.chunks()).isEqualTo(new ChunkPolicy(1000, 3));
        assertThat(dataset.tables()).extracting(TableDefinition::name).containsExactly("quotes");
        assertThat(dataset.tables().get(0).caps().maxRows()).isEqualTo(5);
    }

    @Test
    void aTableThatTheFileDoesNotHaveIsRefused() {
        DatasetOverrides overrides = new DatasetOverrides(
                Optional.of("/in"),
                Optional.of("/out"),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalInt.empty(),
                OptionalLong.empty(),
                List.of("l3"));

        assertThatThrownBy(() -> DatasetFile.trades(overrides))
                .isInstanceOf(ConfigException.class)
                .hasMessage("built-in trades.yaml:3: tables: there is no table 'l3'; there are: trades");
    }

    @Test
    void theFingerprintIsOfTheDefinitionAndNotOfTheText() throws Exception {
        String yaml = "name: us\ninput: /in\noutput: /out\ntables: [{name: trades%s}]\n";

        String plain = DatasetFile.parse("a", yaml.formatted("")).fingerprint();
        String saidOut =
                DatasetFile.parse("b", yaml.formatted(", listing: ListingId")).fingerprint();
        String other =
                DatasetFile.parse("c", yaml.formatted(", where: Size > 0")).fingerprint();

        assertThat(plain).matches("[0-9a-f]{16}").isEqualTo(saidOut).isNotEqualTo(other);
    }

    @Test
    void aDirectoryOfFilesIsReadWhole() throws Exception {
        Files.writeString(directory.resolve("a.yaml"), "name: a\ninput: i\noutput: o\ntables: [{name: t}]\n");
        Files.writeString(directory.resolve("b.yml"), "name: b\ninput: i\noutput: o\ntables: [{name: t}]\n");
        Files.writeString(directory.resolve("readme.txt"), "not a dataset");

        Datasets datasets = Datasets.load(directory);

        assertThat(datasets.all()).extracting(DatasetDefinition::name).containsExactly("a", "b");
        assertThat(datasets.find("b")).isPresent();
        assertThat(datasets.find("c")).isEmpty();
    }

    @Test
    void twoFilesWithOneNameAreRefused() throws Exception {
        String yaml = "name: a\ninput: i\noutput: o\ntables: [{name: t}]\n";
        Path first = Files.writeString(directory.resolve("a.yaml"), yaml);
        Path second = Files.writeString(directory.resolve("b.yaml"), yaml);

        assertThatThrownBy(() -> Datasets.load(directory))
                .hasMessage(
                        second + ": name: dataset 'a' is defined in " + first + " too; give one of them another name");
    }

    @Test
    void aMissingFileAndAnEmptyDirectoryAreRefused() {
        Path missing = directory.resolve("none.yaml");

        assertThatThrownBy(() -> DatasetFile.load(missing))
                .hasMessage(missing + ": there is no such file; name a dataset's YAML file");
        assertThatThrownBy(() -> Datasets.load(directory))
                .hasMessage(directory + ": holds no *.yaml file; put one file for each dataset there");
    }

    @ParameterizedTest
    @ValueSource(strings = {"us-equity", "filtered-trades", "bitstamp", "equities", "futures", "options"})
    void everyShippedExampleIsValid(String name) throws Exception {
        assertThat(DatasetFile.load(Path.of("../datasets/" + name + ".yaml")).name())
                .isEqualTo(name);
    }

    @Test
    void everyPresetIsATableOfItsOwn() throws Exception {
        for (String preset : Presets.NAMES) {
            TableDefinition table = table("  - preset: " + preset + "\n");

            assertThat(table.name()).isEqualTo(preset);
            assertThat(table.sources()).singleElement().asString().contains("/{MIC}/{yyyy}/{MM}/{dd}/");
            assertThat(table.listing()).isEqualTo("ListingId");
            assertThat(table.order()).hasSize(2).element(0).asString().endsWith("TimestampNanoseconds");
            assertThat(table.order()).element(1).isEqualTo("SeqNo");
            assertThat(table.where()).contains(table.order().get(0) + " IS NOT NULL");
            assertThat(table.columns())
                    .extracting(SourceColumn::name)
                    .doesNotHaveDuplicates()
                    .contains("ListingId", table.order().get(0), "SeqNo");
        }
    }

    @Test
    void everyShippedPresetIsListed() throws Exception {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/io/tickshred/config/presets"))) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".yaml", "")))
                    .containsExactlyInAnyOrderElementsOf(Presets.NAMES);
        }
    }

    @Test
    void whatATableSaysBesideItsPresetReplacesItAndColumnsAndRenamesAreAdded() throws Exception {
        TableDefinition plain = table("  - preset: trades\n");

        TableDefinition changed = table("""
                  - preset: trades
                    name: prints
                    folder: A/B
                    prefix: x-
                    order: [SeqNo]
                    where:
                    rename: {trade_price: Price}
                    columns: {Price: "DECIMAL(18,4)", Extra: timestamptz}
                """);

        assertThat(plain.sources())
                .containsExactly("Equity/Trades/{MIC}/{yyyy}/{MM}/{dd}/trades-{MIC}-{yyyyMMdd}.parquet");
        assertThat(changed.name()).isEqualTo("prints");
        assertThat(changed.sources()).containsExactly("A/B/{MIC}/{yyyy}/{MM}/{dd}/x-{MIC}-{yyyyMMdd}.parquet");
        assertThat(changed.order()).containsExactly("SeqNo");
        assertThat(changed.timestamp()).isEqualTo("SeqNo");
        assertThat(changed.where()).isEmpty();
        assertThat(changed.select()).isEqualTo(plain.select());
        assertThat(changed.rename()).containsExactly(Map.entry("Price", "trade_price"));
        assertThat(changed.columns())
                .hasSize(plain.columns().size() + 1)
                .contains(
                        new SourceColumn("Price", new ColumnType("DECIMAL(18,4)")),
                        new SourceColumn("Extra", new ColumnType("TIMESTAMP WITH TIME ZONE")));
        assertThat(table("  - preset: trades\n    sources: ['{date}/a', '{date}/b']\n")
                        .sources())
                .containsExactly("{date}/a", "{date}/b");
    }

    private static TableDefinition table(String yaml) throws ConfigException {
        return DatasetFile.parse("us.yaml", "name: us\ninput: /in\noutput: /out\ntables:\n" + yaml)
                .tables()
                .get(0);
    }

    @Test
    void readsHowADayIsPlanned() throws Exception {
        DatasetDefinition dataset = DatasetFile.parse("us.yaml", """
                name: us
                input: s3://source
                output: s3://target
                universe: {source: "u/{date}.parquet", location: s3://other/ref, market: Venue, duplicates: drop}
                batching: {strategy: fixed, listings: 500, groupBy: InstrumentId}
                estimator: {kind: reference, source: "sizes/{yyyy}.csv", multipliers: {l2: 7.5}}
                tables:
                  - name: trades
                """);

        assertThat(dataset.universe())
                .contains(new UniverseDefinition(
                        new ObjectTemplate(Optional.of("s3://other/ref"), "u/{date}.parquet"),
                        "ListingId",
                        "Venue",
                        UniverseDefinition.Rule.REFUSE,
                        UniverseDefinition.Rule.DROP));
        assertThat(dataset.batching())
                .isEqualTo(new BatchingPolicy(BatchingPolicy.Strategy.FIXED, 500, Optional.of("InstrumentId")));
        assertThat(dataset.estimator())
                .isEqualTo(new EstimatorPolicy(
                        EstimatorPolicy.Kind.REFERENCE,
                        14,
                        2,
                        Optional.of(new ObjectTemplate(Optional.empty(), "sizes/{yyyy}.csv")),
                        "MIC",
                        "trades",
                        Map.of("l2", 7.5, "l3", 50.0)));
    }

    @Test
    void anObjectForEachDateIsNamedWithoutWildcards() {
        String yaml = "name: us\ninput: /in\noutput: /out\ntables:\n  - name: trades\n";

        assertThatThrownBy(() -> DatasetFile.parse("us.yaml", yaml + "universe: {source: \"u/{date}/*.csv\"}\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("names one object for each date, which has no '*': 'u/{date}/*.csv'");
        assertThatThrownBy(() -> DatasetFile.parse(
                        "us.yaml", yaml + "estimator: {kind: reference, source: \"sizes*.parquet\"}\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("names one object for each date, which has no '*': 'sizes*.parquet'");
    }

    @Test
    void countsExactlyAndBatchesEvenlyUnlessTold() throws Exception {
        DatasetDefinition dataset =
                DatasetFile.parse("us.yaml", "name: us\ninput: /in\noutput: /out\ntables:\n  - name: trades\n");

        assertThat(dataset.batching()).isEqualTo(BatchingPolicy.BALANCED);
        assertThat(dataset.mode()).isEqualTo(ModePolicy.SHRED);
        assertThat(dataset.estimator()).isEqualTo(EstimatorPolicy.EXACT);
    }

    @Test
    void aFileMayChooseTheModeAndItsLimits() throws Exception {
        String yaml = "name: us\ninput: /in\noutput: /out\ntables:\n  - name: a\nmode: auto\n";

        assertThat(DatasetFile.parse("us.yaml", yaml).mode()).isEqualTo(ModePolicy.of(RunMode.AUTO));
        assertThat(DatasetFile.parse("us.yaml", yaml + "naive:\n  maxReads: 1.2\n  autoBytes: 1GiB\n")
                        .mode())
                .isEqualTo(new ModePolicy(RunMode.AUTO, 1.2, 1.2, 1L << 30));
    }
}
