package io.tickshred.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.BatchCaps;
import io.tickshred.model.BatchingPolicy;
import io.tickshred.model.BucketEdge;
import io.tickshred.model.BucketWidth;
import io.tickshred.model.CalendarPolicy;
import io.tickshred.model.ChunkPolicy;
import io.tickshred.model.CleanupPolicy;
import io.tickshred.model.ColumnType;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.DatasetDefinitionBuilder;
import io.tickshred.model.EstimatorPolicy;
import io.tickshred.model.MetricDefinition;
import io.tickshred.model.MetricRole;
import io.tickshred.model.ModePolicy;
import io.tickshred.model.ObjectTemplate;
import io.tickshred.model.OutputColumn;
import io.tickshred.model.RunMode;
import io.tickshred.model.SourceColumn;
import io.tickshred.model.StagingLayout;
import io.tickshred.model.TableDefinition;
import io.tickshred.model.UniverseDefinition;
import io.tickshred.model.WeekendRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetFingerprintTest {
    private static final JsonMapper JSON = MessageCodec.newMapper();
    private static final DatasetDefinition DATASET = DatasetFingerprint.stamped(DatasetDefinition.builder()
            .name("us-equity")
            .input("s3://in")
            .output("s3://out")
            .staging("s3://staging")
            .chunks(new ChunkPolicy(1000, 10))
            .layout(StagingLayout.PACKED)
            .batching(new BatchingPolicy(BatchingPolicy.Strategy.BALANCED, 5, Optional.of("InstrumentId")))
            .estimator(new EstimatorPolicy(
                    EstimatorPolicy.Kind.SAMPLE,
                    14,
                    2,
                    Optional.of(new ObjectTemplate(Optional.of("s3://sizes"), "sizes.csv")),
                    "MIC",
                    "trades",
                    Map.of("l2", 20.0)))
            .tables(List.of(new TableDefinition(
                    "trades",
                    List.of("{date}/*.parquet"),
                    "Listing",
                    List.of("Time"),
                    "Time",
                    Optional.of("Size > 0"),
                    List.of(new OutputColumn("Listing", "Listing"), new OutputColumn("Time", "Time")),
                    new BatchCaps(100, 1000),
                    new TreeMap<>(Map.of("Symbol", "Ticker")),
                    List.of(new SourceColumn("Size", new ColumnType("DOUBLE"))),
                    true)))
            .metrics(List.of(new MetricDefinition(
                    "bars",
                    "bars.sql",
                    "SELECT 1",
                    List.of(new MetricDefinition.MetricTable("t", "trades")),
                    List.of(new MetricRole("price", List.of("Price"), true)),
                    List.of(BucketWidth.DAY),
                    BucketEdge.RIGHT,
                    "UTC",
                    true)))
            .calendar(new CalendarPolicy(WeekendRule.SKIP, Optional.of("holidays.csv")))
            .cleanup(CleanupPolicy.KEEP)
            .mode(ModePolicy.SHRED)
            .fingerprint("")
            .universe(new UniverseDefinition("universe.csv", "Listing"))
            .build());

    /** Settings that not every text is valid for. */
    private static final Map<String, String> OTHER = Map.ofEntries(
            Map.entry("PACKED", "PARTITIONED"),
            Map.entry("REFUSE", "DROP"),
            Map.entry("BALANCED", "FIXED"),
            Map.entry("SAMPLE", "HISTORY"),
            Map.entry("RIGHT", "LEFT"),
            Map.entry("UTC", "Asia/Tokyo"),
            Map.entry("1d", "1h"),
            Map.entry("true", "false"));

    @Test
    void aPlanGoesOnWhenTheCleanUpChanges() throws Exception {
        String yaml = "name: us\ninput: /in\noutput: /out\ntables:\n  - name: a\n";

        DatasetDefinition kept = DatasetFile.parse("us.yaml", yaml);
        DatasetDefinition week = DatasetFile.parse("us.yaml", yaml + "cleanup:\n  keepBatches: 7 days\n");

        assertThat(week.cleanup().keepBatchesDays()).contains(7);
        assertThat(week.fingerprint()).isEqualTo(kept.fingerprint());
    }

    @Test
    void aDayIsTheSameInEveryMode() throws Exception {
        String yaml = "name: us\ninput: /in\noutput: /out\ntables:\n  - name: a\n";

        DatasetDefinition naive = DatasetFile.parse("us.yaml", yaml + "mode: naive\nnaive:\n  maxReads: 2.5\n");

        assertThat(naive.mode().mode()).isEqualTo(RunMode.NAIVE);
        assertThat(naive.fingerprint())
                .isEqualTo(DatasetFile.parse("us.yaml", yaml).fingerprint());
    }

    @Test
    void isTheSameForTheSameDefinitionHoweverItIsStamped() {
        assertThat(DATASET.fingerprint()).matches("[0-9a-f]{16}");
        assertThat(DatasetFingerprint.stamped(DATASET)).isEqualTo(DATASET);
    }

    @Test
    void changesWithEverySingleSetting() throws Exception {
        JsonNode text = JSON.valueToTree(DATASET);
        Set<String> fingerprints = new HashSet<>(Set.of(DATASET.fingerprint()));
        List<String> settings = new ArrayList<>();
        collect("", text, settings);
        settings.remove("/fingerprint");
        settings.removeIf(setting -> setting.startsWith("/calendar/"));
        settings.removeIf(setting -> setting.startsWith("/cleanup"));
        settings.removeIf(setting -> setting.startsWith("/mode"));

        for (String setting : settings) {
            JsonNode changed = text.deepCopy();
            change(changed, setting);
            DatasetDefinition other = DatasetFingerprint.stamped(JSON.treeToValue(changed, DatasetDefinition.class));
            assertThat(fingerprints.add(other.fingerprint())).as(setting).isTrue();
        }

        assertThat(settings).hasSizeGreaterThan(15);
    }

    @Test
    void isTheSameWhateverTheCalendarBecauseThatDecidesNothingAboutADaysRows() throws Exception {
        ObjectNode text = JSON.valueToTree(DATASET);
        text.set("calendar", JSON.valueToTree(CalendarPolicy.DEFAULT));

        DatasetDefinition other = DatasetFingerprint.stamped(JSON.treeToValue(text, DatasetDefinition.class));

        assertThat(other.calendar()).isNotEqualTo(DATASET.calendar());
        assertThat(other.fingerprint()).isEqualTo(DATASET.fingerprint());
    }

    @Test
    void whereADayGoesAndHowItIsCutDecideNothingAboutItsBytesAndAllElseDoes() throws Exception {
        JsonNode text = JSON.valueToTree(DATASET);
        List<String> settings = new ArrayList<>();
        collect("", text, settings);
        settings.removeIf(setting -> setting.equals("/fingerprint") || setting.matches("/(calendar|cleanup|mode).*"));

        for (String setting : settings) {
            JsonNode changed = text.deepCopy();
            change(changed, setting);
            DatasetDefinition other = DatasetFingerprint.stamped(JSON.treeToValue(changed, DatasetDefinition.class));
            assertThat(DatasetFingerprint.sameContent(DATASET.fingerprint(), other.fingerprint()))
                    .as(setting)
                    .isEqualTo(setting.matches("/(output|staging|layout|chunks/.*)"));
        }
    }

    @Test
    void anInputMayBeSpelledInAnotherWayForTheFingerprintAlone() {
        DatasetDefinition spelled = DatasetFingerprint.stamped(DATASET, "s3://other");

        assertThat(spelled.input()).isEqualTo(DATASET.input());
        assertThat(DatasetFingerprint.sameContent(spelled.fingerprint(), DATASET.fingerprint()))
                .isFalse();
    }

    @Test
    void aDayIsOfADefinitionAlsoWhereItsInputIsSpelledByALink(@TempDir Path directory) throws Exception {
        Path input = Files.createDirectory(directory.resolve("input")).toRealPath();
        Path link = Files.createSymbolicLink(directory.resolve("link"), input);
        DatasetDefinition by = from(link.toString());
        DatasetDefinition byReal = DatasetFingerprint.stamped(by, input.toString());

        assertThat(DatasetFingerprint.sameContent(by, by.fingerprint())).isTrue();
        assertThat(DatasetFingerprint.sameContent(by, byReal.fingerprint())).isTrue();
        assertThat(DatasetFingerprint.sameContent(byReal, by.fingerprint())).isTrue();
        assertThat(DatasetFingerprint.sameContent(by, from(directory.toString()).fingerprint()))
                .isFalse();
    }

    private static DatasetDefinition from(String input) {
        return DatasetFingerprint.stamped(
                DatasetDefinitionBuilder.from(DATASET).input(input).build());
    }

    private static void collect(String pointer, JsonNode node, List<String> leaves) {
        if (!node.isContainerNode()) {
            leaves.add(pointer);
        }
        node.properties().forEach(field -> collect(pointer + "/" + field.getKey(), field.getValue(), leaves));
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            collect(pointer + "/" + i, node.get(i), leaves);
        }
    }

    private static void change(JsonNode root, String pointer) {
        int slash = pointer.lastIndexOf('/');
        JsonNode parent = root.at(pointer.substring(0, slash));
        String name = pointer.substring(slash + 1);
        JsonNode value = root.at(pointer);
        JsonNode other =
                value.isNumber() ? JSON.valueToTree(value.asLong() + 1) : JSON.valueToTree(changed(value.asText()));
        if (parent instanceof ArrayNode array) {
            array.set(Integer.parseInt(name), other);
        } else {
            ((ObjectNode) parent).set(name, other);
        }
    }

    private static String changed(String text) {
        return OTHER.getOrDefault(text, text.endsWith(".csv") ? "other.csv" : text + "x");
    }
}
