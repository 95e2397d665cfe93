package io.tickshred.standalone.embedded.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A broker of today with share groups turned off, as after an upgrade that has not been finished. */
public final class ShareGroupsOff {
    private ShareGroupsOff() {}

    /** Starts one. */
    public static EmbeddedKafka start(Path directory) throws IOException {
        Files.createDirectories(directory);
        EmbeddedKafkaStorage.formatIfNew(directory, Map.of("share.version", (short) 0));
        return EmbeddedKafka.start(directory, 0);
    }
}
