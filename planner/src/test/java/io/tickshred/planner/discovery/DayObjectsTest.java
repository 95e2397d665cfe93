package io.tickshred.planner.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.model.AttemptId;
import io.tickshred.model.BatchCaps;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.Day;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanId;
import io.tickshred.model.TableDefinition;
import io.tickshred.store.StoredObject;
import io.tickshred.testkit.MemoryObjectStore;
import io.tickshred.testkit.PlainDataset;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which objects of an input are sources, where a dataset publishes or stages among them. */
class DayObjectsTest {
    private static final LocalDate DATE = LocalDate.of(2024, 1, 2);
    private static final Day DAY = new Day("trades", DATE);
    private static final PlanId PLAN = PlanId.create(Instant.EPOCH);
    private static final String SOURCE = "trades/date=" + DATE + "/part-0.parquet";

    private final MemoryObjectStore input = new MemoryObjectStore();

    private void put(String... keys) {
        for (String key : keys) {
            input.put(key, new byte[1]);
        }
    }

    private static TableDefinition table(String source) {
        return new TableDefinition(
                "trades",
                List.of(source),
                "ListingId",
                List.of("Seq"),
                "Seq",
                Optional.empty(),
                List.of(),
                new BatchCaps(100, 1000));
    }

    private List<String> listed(String in, String out, String staging, String source) throws PlanException {
        DatasetDefinition dataset = PlainDataset.of("trades", table(source))
                .input(in)
                .output(out)
                .staging(staging)
                .build();
        return DayObjects.list(input, dataset, dataset.tables(), DATE, List.of()).of("trades").stream()
                .map(StoredObject::key)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "s3://market, s3://market/out, out/",
        "s3://market/raw, s3://market/raw/to/out, to/out/",
        "/data, /data/out, out/",
        "s3://market, s3://market, ''",
        "/data, /data, ''",
        "/, /out, out/",
    })
    void whatTheDatasetHasPublishedAndStagedAmongItsSourcesIsNoSource(String in, String out, String folder)
            throws Exception {
        put(
                SOURCE,
                folder + ObjectKeys.batch(DAY, PLAN, "trades", 0),
                folder + ObjectKeys.listings(DAY, PLAN, 0),
                folder + ObjectKeys.packedRun(DAY, PLAN, "trades", 0, AttemptId.create()),
                folder + ObjectKeys.batch(new Day("quotes", DATE), PLAN, "quotes", 0));

        assertThat(listed(in, out, out, "**/*{date}/**/*.parquet")).containsExactly(SOURCE);
    }

    @Test
    void whatIsStagedInAFolderOfTheInputIsNoSource() throws Exception {
        put(SOURCE, "tmp/" + ObjectKeys.packedRun(DAY, PLAN, "trades", 0, AttemptId.create()));

        assertThat(listed("s3://market", "s3://days", "s3://market/tmp", "**/*{date}/**/*.parquet"))
                .containsExactly(SOURCE);
    }

    @Test
    void anInputBelowTheOutputLacksWhatADatasetOfItsNameHasPublished() throws Exception {
        put(SOURCE, DATE + "/" + PLAN + "/batch-trades-0.parquet");

        assertThat(listed("s3://market/trades", "s3://market", "s3://market", "**/*.parquet"))
                .containsExactly(SOURCE);
    }

    @Test
    void aFolderWhoseNameOnlyStartsLikeTheOutputsHasSources() throws Exception {
        put("output/" + DATE + ".parquet");

        assertThat(listed("s3://market", "s3://market/out", "s3://market/out", "**/{date}.parquet"))
                .hasSize(1);
    }

    @Test
    void sourcesThatTheTemplateSaysAreInTheOutputsFolderAreRead() throws Exception {
        put("data/raw/" + DATE + ".parquet", "data/" + ObjectKeys.batch(DAY, PLAN, "trades", 0));

        assertThat(listed("s3://market", "s3://market/data", "s3://market/data", "data/**{date}**.parquet"))
                .containsExactly("data/raw/" + DATE + ".parquet");
    }

    @Test
    void aDayOfWhichOnlyItsOwnOutputIsThereHasNoObjectAndIsSaidToHaveBeenLeftOut() throws Exception {
        String own = "out/" + ObjectKeys.batch(DAY, PLAN, "trades", 0);
        put(own);
        DatasetDefinition dataset = PlainDataset.of("trades", table("**/{date}/**/*.parquet"))
                .input("s3://market")
                .output("s3://market/out")
                .build();

        assertThat(DayObjects.isEmpty(input, dataset, dataset.tables(), DATE)).isTrue();
        assertThatThrownBy(() -> DayObjects.list(input, dataset, dataset.tables(), DATE, List.of()))
                .hasMessageContaining("no object of table trades on 2024-01-02")
                .hasMessageContaining("all that match lie in the dataset's own output or staging, such as " + own);
    }
}
