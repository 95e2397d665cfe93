package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.config.Datasets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpCommandTest {
    @TempDir
    Path directory;

    @Test
    void whatIsToBeTypedAsksForADatasetThatThereIs() throws Exception {
        assertThat(asking("us", "fx"))
                .containsExactly(
                        "plan      ./tickshred plan DATE --wait --dataset fx --bootstrap 127.0.0.1:1",
                        "          curl -d '{\"dataset\": \"fx\", \"date\": \"DATE\"}' http://127.0.0.1:2/plans");
        assertThat(asking("a", "trades"))
                .containsExactly(
                        "plan      ./tickshred plan DATE --wait --bootstrap 127.0.0.1:1",
                        "          curl -d '{\"dataset\": \"trades\", \"date\": \"DATE\"}' http://127.0.0.1:2/plans");
    }

    private List<String> asking(String... datasets) throws Exception {
        Path files = Files.createTempDirectory(directory, "datasets");
        for (String dataset : datasets) {
            Files.writeString(
                    files.resolve(dataset + ".yaml"),
                    "name: " + dataset + "\ninput: in\noutput: out\ntables:\n  - preset: trades\n");
        }
        return UpCommand.asking(Datasets.load(files), "127.0.0.1:1", "http://127.0.0.1:2");
    }
}
