package io.tickshred.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dropwizard.configuration.FileConfigurationSourceProvider;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.configuration.YamlConfigurationFactory;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.validation.Validators;
import io.dropwizard.util.Duration;
import io.tickshred.config.KafkaConfiguration;
import io.tickshred.config.QueueMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.text.StringSubstitutor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every configuration file that ships is read with the classes that read it in service. */
class ShippedConfigurationTest {
    private static final Path ROOT = Path.of(System.getProperty("tickshred.root", ".."));

    @ParameterizedTest
    @ValueSource(strings = {"planner/planner.yml", "shred-worker/shred-worker.yml", "finalizer/finalizer.yml"})
    void isReadAsItStands(String file) throws Exception {
        FleetConfiguration configuration = read(file, Map.of());

        assertThat(configuration.kafka().bootstrapServers()).isEqualTo("127.0.0.1:9092");
        assertThat(configuration.datasets()).isEqualTo(Path.of("datasets"));
        assertThat(configuration.kafka().queue()).isEqualTo(QueueMode.SHARE_GROUP);
        assertThat(configuration.work().slots()).isPositive();
        assertThat(configuration.cloudWatchNamespace()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"planner/planner.yml", "shred-worker/shred-worker.yml", "finalizer/finalizer.yml"})
    void theEnvironmentSuppliesAddressesAndSecretsAndSecretsAreNotShown(String file) throws Exception {
        FleetConfiguration configuration = read(
                file,
                Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS", "broker:9094",
                        "QUEUE", "consumer-group",
                        "QUEUE_PARTITIONS", "7",
                        "INSTANCE", "seven",
                        "S3_ENDPOINT", "http://store:9000",
                        "S3_ACCESS_KEY", "who",
                        "S3_SECRET_KEY", "open-sesame",
                        "SLOTS", "3"));

        assertThat(configuration.kafka().bootstrapServers()).isEqualTo("broker:9094");
        assertThat(configuration.kafka().queue()).isEqualTo(QueueMode.CONSUMER_GROUP);
        assertThat(configuration.kafka().queuePartitions()).isEqualTo(7);
        assertThat(configuration.instance()).isEqualTo("seven");
        assertThat(configuration.work().slots()).isEqualTo(3);
        assertThat(configuration.s3().secretKey()).contains("open-sesame");
        assertThat(configuration.s3().toString() + configuration).doesNotContain("open-sesame");
    }

    @ParameterizedTest
    @ValueSource(strings = {"planner/planner.yml", "shred-worker/shred-worker.yml", "finalizer/finalizer.yml"})
    void theEnvironmentSaysAfterWhatTimeATaskOrAPartitionGoesToAnother(String file) throws Exception {
        KafkaConfiguration plain = read(file, Map.of()).kafka();
        KafkaConfiguration set = read(file, Map.of("TASK_LOCK", "PT45S", "SESSION_TIMEOUT", "PT20S"))
                .kafka();

        assertThat(plain.taskLock()).isEqualTo(KafkaConfiguration.DEFAULT_TASK_LOCK);
        assertThat(plain.sessionTimeout()).isEqualTo(KafkaConfiguration.DEFAULT_SESSION_TIMEOUT);
        assertThat(set.taskLock()).hasSeconds(45);
        assertThat(set.sessionTimeout()).hasSeconds(20);
    }

    @Test
    void aFinalizerSweepsOnlyWhenTheEnvironmentSaysSo() throws Exception {
        assertThat(read("finalizer/finalizer.yml", Map.of()).sweep().kind()).isEqualTo(SweepConfiguration.Mode.NONE);

        SweepConfiguration sweep = read(
                        "finalizer/finalizer.yml",
                        Map.of("SWEEP", "delete", "SWEEP_EVERY", "6h", "SWEEP_OLDER_THAN", "3d"))
                .sweep();

        assertThat(sweep.kind()).isEqualTo(SweepConfiguration.Mode.DELETE);
        assertThat(sweep.every()).isEqualTo(Duration.hours(6));
        assertThat(sweep.olderThan()).isEqualTo(Duration.days(3));
    }

    @ParameterizedTest
    @CsvSource({
        "SWEEP, maybe, 'sweep.mode must be none, list or delete: maybe'",
        "SWEEP_OLDER_THAN, 1h, sweep.olderThan must be at least 6 hours",
        "SWEEP_EVERY, 1s, sweep.every must be at least 1 minute"
    })
    void aSweepThatIsTooEagerOrUnknownIsRefused(String name, String value, String reason) {
        assertThatThrownBy(() -> read("finalizer/finalizer.yml", Map.of(name, value)))
                .hasStackTraceContaining(reason);
    }

    @Test
    void noOtherConfigurationFileShips() throws Exception {
        List<String> modules = List.of("common", "planner", "shred-worker", "finalizer", "standalone");

        for (String module : modules) {
            try (Stream<Path> files = Files.list(ROOT.resolve(module))) {
                assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".yml")))
                        .isSubsetOf("planner.yml", "shred-worker.yml", "finalizer.yml");
            }
        }
    }

    private static FleetConfiguration read(String file, Map<String, String> environment) throws Exception {
        return new YamlConfigurationFactory<>(
                        FleetConfiguration.class, Validators.newValidator(), Jackson.newObjectMapper(), "dw")
                .build(
                        new SubstitutingSourceProvider(
                                new FileConfigurationSourceProvider(), new StringSubstitutor(environment)),
                        ROOT.resolve(file).toString());
    }
}
