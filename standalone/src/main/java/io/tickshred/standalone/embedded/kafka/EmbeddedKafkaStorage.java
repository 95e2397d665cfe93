package io.tickshred.standalone.embedded.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** The on-disk form of the embedded broker's directory. */
final class EmbeddedKafkaStorage {
    private static final String META_PROPERTIES = "meta.properties";

    private EmbeddedKafkaStorage() {}

    /** Where log segments and cluster metadata lie. */
    static Path logDirectory(Path directory) {
        return directory.resolve("kafka-logs").toAbsolutePath();
    }

    /** Gives a new directory a cluster id and the newest released metadata version, which has share groups on. */
    static void formatIfNew(Path directory) throws IOException {
        formatIfNew(directory, Map.of());
    }

    /**
     * The same with other levels of some features.
     *
     * @param features by name; 0 turns one off
     */
    static void formatIfNew(Path directory, Map<String, Short> features) throws IOException {
        Path logs = logDirectory(directory);
        if (Files.exists(logs.resolve(META_PROPERTIES))) {
            return;
        }
        Files.createDirectories(logs);
        try (PrintStream silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            Formatter formatter = new Formatter();
            features.forEach(formatter::setFeatureLevel);
            formatter
                    .setPrintStream(silent)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(EmbeddedKafkaProperties.NODE_ID)
                    .setControllerListenerName(EmbeddedKafkaProperties.CONTROLLER_LISTENER)
                    .setMetadataLogDirectory(logs.toString())
                    .setDirectories(List.of(logs.toString()))
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    // A crash in the middle of formatting leaves a directory that is formatted in part.
                    .setIgnoreFormatted(true)
                    .run();
        } catch (Exception e) {
            throw new IOException(
                    "Cannot prepare the embedded Kafka directory " + logs + ": " + e.getMessage()
                            + ". Check that it is writable and that the disk has space.",
                    e);
        }
    }
}
