package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class CliLoggingTest {
    private static final Logger LOG = LoggerFactory.getLogger(CliLoggingTest.class);

    @TempDir
    Path directory;

    @AfterEach
    void quiet() {
        CliLogging.quiet();
    }

    @Test
    void whatAnAskerIsToldStandsInTheLogAndNotOnTheTerminalOfTheFleet() throws Exception {
        List<String> person = Collections.synchronizedList(new ArrayList<>());
        Path log = directory.resolve("up.log");
        CliLogging.toFile(log);
        CliLogging.alsoTo(person::add);

        LogLine.error(LOG, "Aggregate refused")
                .with(LogKey.REASON, "no metric bars")
                .write();
        LogLine.error(LOG, "Sweep failed").with(LogKey.REASON, "no disk").write();

        assertThat(person).singleElement().asString().startsWith("tickshred: Sweep failed");
        assertThat(log).content().contains("Aggregate refused", "no metric bars", "Sweep failed");
    }
}
