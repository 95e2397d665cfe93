package io.tickshred.standalone.embedded.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A broker as brokers before 4.2 are: without share groups. */
public final class OldBroker {
    private OldBroker() {}

    /** Starts one. */
    public static EmbeddedKafka start(Path directory) throws IOException {
        return EmbeddedKafka.start(prepare(directory), 0);
    }

    /** Makes a directory in which the embedded broker, started later, has no share groups. */
    public static Path prepare(Path directory) throws IOException {
        Files.createDirectories(directory);
        EmbeddedKafkaStorage.formatIfNew(directory, Map.of("share.version", (short) 0));
        return directory;
    }
}
