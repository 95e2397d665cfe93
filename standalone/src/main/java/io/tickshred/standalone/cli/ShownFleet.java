package io.tickshred.standalone.cli;

import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.config.Datasets;
import io.tickshred.standalone.LocalFleet;
import io.tickshred.standalone.LocalFleetSettings;
import io.tickshred.standalone.embedded.s3.EmbeddedS3;
import java.io.IOException;

/** A fleet in this process, of which a terminal says that it starts and stops: both take seconds. */
final class ShownFleet implements AutoCloseable {
    private final LocalFleet fleet;
    private final Console console;

    private ShownFleet(LocalFleet fleet, Console console) {
        this.fleet = fleet;
        this.console = console;
    }

    static ShownFleet start(Datasets datasets, LocalFleetSettings settings, MeterRegistry registry, Console console)
            throws Exception {
        try (Console.Busy busy = console.busy("starting Kafka and the services …")) {
            return new ShownFleet(LocalFleet.start(datasets, settings, registry), console);
        }
    }

    /** An S3 server beside it. */
    static EmbeddedS3 startS3(EmbeddedS3.Settings settings, Console console) throws IOException {
        try (Console.Busy busy = console.busy("starting S3 …")) {
            return EmbeddedS3.start(settings);
        }
    }

    LocalFleet fleet() {
        return fleet;
    }

    @Override
    public void close() throws Exception {
        try (Console.Busy busy = console.busy("stopping the services and Kafka …")) {
            fleet.close();
        }
    }
}
