package io.tickshred.standalone.cli;

import io.tickshred.config.KafkaConfiguration;
import io.tickshred.config.QueueMode;
import io.tickshred.transport.Transport;
import io.tickshred.transport.kafka.KafkaTransport;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which fleet a command talks to. */
final class KafkaOptions {
    static final String DEFAULT_BOOTSTRAP = "127.0.0.1:9092";

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:KAFKA_BOOTSTRAP_SERVERS:-" + DEFAULT_BOOTSTRAP + "}",
            description = "Kafka brokers of the fleet (default: ${DEFAULT-VALUE}, where 'tickshred up' is).")
    private String bootstrap = DEFAULT_BOOTSTRAP;

    @Option(
            names = "--topic-prefix",
            paramLabel = "PREFIX",
            description =
                    "What the fleet's topics begin with (default: " + KafkaConfiguration.DEFAULT_TOPIC_PREFIX + ").")
    private String topicPrefix = KafkaConfiguration.DEFAULT_TOPIC_PREFIX;

    @Option(
            names = "--queue",
            paramLabel = "MODE",
            defaultValue = "${env:QUEUE:-share-group}",
            description = "How the fleet's work queues are run, as in its services' configuration: share-group or"
                    + " consumer-group (default: ${DEFAULT-VALUE}).")
    private String queue = QueueMode.SHARE_GROUP.text();

    String bootstrap() {
        return bootstrap;
    }

    Transport open() {
        try {
            return new KafkaTransport(
                    KafkaConfiguration.of(bootstrap)
                            .withTopicPrefix(topicPrefix)
                            .withQueue(QueueMode.parse(queue), KafkaConfiguration.DEFAULT_QUEUE_PARTITIONS),
                    "cli");
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "--bootstrap, --topic-prefix or --queue: " + e.getMessage(),
                    e);
        }
    }
}
