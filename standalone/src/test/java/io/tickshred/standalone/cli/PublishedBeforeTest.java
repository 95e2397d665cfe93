package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.config.DatasetFile;
import io.tickshred.config.DatasetOverrides;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.Day;
import io.tickshred.model.Manifest;
import io.tickshred.model.Manifest.Table;
import io.tickshred.model.PlanId;
import io.tickshred.model.Proof;
import io.tickshred.model.RowHash;
import io.tickshred.testkit.Manifests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishedBeforeTest {
    private static final String OTHER = "was published before by another definition of the dataset (or from another"
            + " input); run it again with --force, or name another --output";

    @TempDir
    Path directory;

    private Path input;

    @BeforeEach
    void makeInput() throws Exception {
        input = Files.createDirectories(directory.resolve("input"));
    }

    private static DatasetDefinition dataset(String in, String out, long chunkBytes, long maxRows) throws Exception {
        return DatasetFile.trades(new DatasetOverrides(
                Optional.of(in),
                Optional.of(out),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.of(chunkBytes),
                OptionalInt.empty(),
                OptionalLong.of(maxRows),
                List.of()));
    }

    private DatasetDefinition dataset(String in) throws Exception {
        return dataset(in, directory.resolve("out").toString(), 1000, 1000);
    }

    private static Manifest published(DatasetDefinition by, List<String> excluded) {
        Day day = new Day(by.name(), LocalDate.of(2024, 1, 2));
        List<Table> tables = by.tables().stream()
                .map(table -> new Table(
                        table.name(),
                        table.listing(),
                        table.order(),
                        table.timestamp(),
                        table.where(),
                        table.select(),
                        new Proof(0, RowHash.ZERO)))
                .toList();
        return Manifests.of(day, PlanId.create(Instant.EPOCH), Instant.EPOCH)
                .fingerprint(by.fingerprint())
                .tables(tables)
                .excluded(excluded)
                .build();
    }

    /** What is said of a day that one definition has published and another is to run. */
    private static Optional<String> difference(DatasetDefinition before, DatasetDefinition now) {
        return PublishedBefore.of(now, List.of(), List.of())
                .difference(published(PublishedBefore.stamped(before), List.of()));
    }

    @Test
    void theSameInputIsTheSameHoweverItIsSpelled() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), input);
        Path relative = Path.of("").toAbsolutePath().relativize(input);
        DatasetDefinition before = dataset(input.toString());

        assertThat(difference(before, dataset(input + "/"))).isEmpty();
        assertThat(difference(before, dataset(relative.toString()))).isEmpty();
        assertThat(difference(before, dataset(link.toString()))).isEmpty();
        assertThat(difference(dataset(link.toString()), before)).isEmpty();
        assertThat(difference(dataset("s3://market/raw"), dataset("s3://market/raw/")))
                .isEmpty();
    }

    @Test
    void aDayThatAFleetPublishedBehindALinkIsTheSame() throws Exception {
        DatasetDefinition linked = dataset(
                Files.createSymbolicLink(directory.resolve("link"), input).toString());

        assertThat(PublishedBefore.of(linked, List.of(), List.of()).difference(published(linked, List.of())))
                .isEmpty();
    }

    @Test
    void anotherInputAndAnotherCapAreOthersAndAnotherOutputOrCutIsNot() throws Exception {
        String in = input.toString();
        DatasetDefinition before = dataset(in, "/out", 1000, 1000);

        assertThat(difference(before, dataset(directory.resolve("other").toString())))
                .contains(OTHER);
        assertThat(difference(before, dataset(in, "/out", 1000, 999))).contains(OTHER);
        assertThat(difference(before, dataset(in, "/moved", 1, 1000))).isEmpty();
    }

    @Test
    void aDayThatLacksATableOrHasAnObjectThatIsNowExcludedIsNotWhatWasAskedFor() throws Exception {
        DatasetDefinition definition = dataset(input.toString());
        Manifest excluding = published(definition, List.of("a.parquet"));

        assertThat(PublishedBefore.of(definition, List.of("trades", "quotes"), List.of())
                        .difference(excluding))
                .contains("was published before without table quotes; run it again with --force, or name another"
                        + " --output");
        assertThat(PublishedBefore.of(definition, List.of("trades"), List.of("a.parquet", "b.parquet"))
                        .difference(excluding))
                .contains("was published before with b.parquet, which is to be left out now; run it again with --force,"
                        + " or name another --output");
        assertThat(PublishedBefore.of(definition, List.of("trades"), List.of()).difference(excluding))
                .as("what was excluded then was so on purpose")
                .isEmpty();
    }
}
