package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.config.KafkaConfiguration;
import io.tickshred.config.QueueMode;
import io.tickshred.fleet.Outbox;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.Failure;
import io.tickshred.standalone.embedded.kafka.EmbeddedKafka;
import io.tickshred.testkit.Await;
import io.tickshred.testkit.Statuses;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.TaskHandler.Outcome;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.kafka.KafkaTransport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What commands say of a fleet that is not as their options say: other topics, other queues, other datasets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FleetConnectionIT {
    private static final String PREFIX = "mine";
    private static final Day BAD = new Day("trades", LocalDate.of(2024, 1, 5));

    private static final Day RUNNING = new Day("trades", LocalDate.of(2024, 1, 6));

    private Path directory = Path.of("");
    private Optional<EmbeddedKafka> kafka = Optional.empty();

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        directory = temporary;
        kafka = Optional.of(EmbeddedKafka.start(temporary.resolve("kafka"), 0));
        try (Transport transport = new KafkaTransport(configuration(PREFIX), "test")) {
            transport.createTopics();
            try (Publisher publisher = transport.publisher()) {
                publisher.publish(List.of(
                        Outbox.record(Statuses.of(BAD, DayState.FAILED, Instant.now())
                                .failure(new Failure("no rows", Optional.empty()))
                                .build()),
                        Outbox.record(Statuses.of(RUNNING, DayState.SHREDDING, Instant.now())
                                .build())));
            }
        }
    }

    @AfterAll
    void stop() {
        kafka.ifPresent(EmbeddedKafka::close);
    }

    private String bootstrap() {
        return kafka.orElseThrow().bootstrapServers();
    }

    private KafkaConfiguration configuration(String prefix) {
        return KafkaConfiguration.of(bootstrap()).withTopicPrefix(prefix).withPartitions(2);
    }

    private Ran run(String command, String prefix) {
        return Ran.of((command + " --bootstrap " + bootstrap() + " --topic-prefix " + prefix + " --work-dir "
                        + directory.resolve("work"))
                .split(" "));
    }

    @ParameterizedTest
    @EnumSource(QueueMode.class)
    void queuesAreShownAsTheyAreRunAndALineSaysSoWhereTheOptionsSayOtherwise(QueueMode mode) throws Exception {
        String prefix = "fleet-" + mode.text();
        String other = mode == QueueMode.SHARE_GROUP ? "consumer-group" : "share-group";
        try (Transport transport = new KafkaTransport(configuration(prefix).withQueue(mode, 2), "worker-1")) {
            transport.createTopics();
            try (Publisher publisher = transport.publisher()) {
                publisher.publish(IntStream.range(0, 12)
                        .mapToObj(i -> Outgoing.of(Topic.CHUNK_TASKS, "k" + i, "task".getBytes(StandardCharsets.UTF_8)))
                        .toList());
            }
            try (Transport.Slot slot = transport.work(Topic.CHUNK_TASKS, (task, delivery) -> Outcome.ACCEPT)) {
                Await.until(
                        "all is done, and who did it is known",
                        () -> run("lag --queue " + mode.text(), prefix)
                                .out()
                                .matches("(?s).*\nchunk-tasks +0 +0 +- +1 +worker-1\n.*"),
                        () -> run("lag", prefix));
                assertThat(slot.alive()).isTrue();

                Ran right = run("lag --queue " + mode.text(), prefix);
                Ran wrong = run("lag --queue " + other, prefix);
                Ran json = run("lag --json --queue " + other, prefix);

                assertThat(right.err()).isEmpty();
                assertThat(wrong.err())
                        .isEqualTo("this fleet's work queues run on " + mode.text() + "s, not on " + other
                                + "s, and are shown so: give --queue " + mode.text() + "\n");
                assertThat(wrong.out()).isEqualTo(right.out());
                assertThat(wrong.exitCode()).isZero();
                assertThat(json.err()).isEqualTo(wrong.err());
                assertThat(json.out()).startsWith("{\"queues\":[{\"queue\":\"chunk-tasks\",\"backlog\":0,");
            }
        }

        Ran left = run("lag --queue " + other, prefix);

        assertThat(left.err()).contains("give --queue " + mode.text());
        assertThat(left.out()).containsPattern("(?m)^chunk-tasks +0 +0 ").doesNotContain("nobody");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status",
                "days",
                "lag",
                "dead-letters",
                "day 2024-01-02",
                "retry 2024-01-02",
                "plan 2024-01-02",
                "aggregate --dates 2024-01-02..2024-01-03 --metric m",
                "sweep --older-than 2d --output ."
            })
    void topicsThatAreNotThereAreSaidInTheSameLineByEveryCommand(String command) {
        Ran ran = run(command, "other");

        assertThat(ran.err())
                .isEqualTo("tickshred: Kafka at " + bootstrap() + " holds no topics of a fleet that begin with"
                        + " 'other.'; check --bootstrap and --topic-prefix, and that the fleet was started\n");
        assertThat(ran.out()).isEmpty();
        assertThat(ran.exitCode()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"retry 2024-01-05", "plan 2024-01-05", "plan 2024-01-04..2024-01-05"})
    void theHintAfterAskingAsksTheSameFleetWhenItIsPasted(String command) {
        Ran ran = run(command + " --kafka-property client.rack=a", PREFIX);

        String hint = ran.outLines().get(ran.outLines().size() - 1);
        assertThat(hint)
                .startsWith("./tickshred status --watch --bootstrap " + bootstrap() + " --topic-prefix " + PREFIX
                        + " --kafka-property client.rack=a shows where ");
        assertThat(ran.exitCode()).isZero();
        Ran pasted = Ran.of(Stream.concat(
                        Stream.of(hint.replaceFirst(" shows .*", "").split(" "))
                                .skip(1)
                                .filter(word -> !word.equals("--watch")),
                        Stream.of("--work-dir", directory.resolve("work").toString()))
                .toArray(String[]::new));
        assertThat(pasted.out()).contains("trades", "2024-01-05", "no rows");
    }

    @Test
    void aDayThatIsNotKnownSaysHowToListThoseThatAre() {
        Ran ran = run("day 2024-02-29", PREFIX);

        assertThat(ran.err())
                .isEqualTo("tickshred: no day 2024-02-29 is known to the fleet; './tickshred days --bootstrap "
                        + bootstrap() + " --topic-prefix " + PREFIX + "' lists those that are\n");
    }

    @Test
    void aDayThatRunsSaysHowToFollowIt() {
        Ran ran = run("day 2024-01-06", PREFIX);

        assertThat(ran.out())
                .endsWith("\nstill running: './tickshred status --watch --bootstrap " + bootstrap() + " --topic-prefix "
                        + PREFIX + "' follows it\n");
    }

    @Test
    void retryingADayThatNobodyKnowsSaysSoToProgramsToo() {
        Ran ran = run("retry 2014-10-07 --json", PREFIX);

        assertThat(ran.out()).isEqualTo("[]\n");
        assertThat(ran.err())
                .isEqualTo("tickshred: no such day is known to the fleet; './tickshred plan DATE --bootstrap "
                        + bootstrap() + " --topic-prefix " + PREFIX + "' asks for one\n");
        assertThat(ran.exitCode()).isEqualTo(1);
    }

    @Test
    void deadLettersOfADatasetThatNobodyKnowsAreNotTakenForAllWell() {
        Ran unknown = run("dead-letters --dataset zzz", PREFIX);
        Ran json = run("dead-letters --dataset zzz --json", PREFIX);
        Ran known = run("dead-letters --dataset trades", PREFIX);

        assertThat(unknown.err()).isEqualTo("nothing is known of a dataset zzz; the fleet knows trades\n");
        assertThat(unknown.out()).isEqualTo("no dead letters\n");
        assertThat(json.err()).isEqualTo(unknown.err());
        assertThat(json.out()).isEqualTo("[]\n");
        assertThat(known.err()).isEmpty();
        assertThat(known.out()).isEqualTo("no dead letters\n");
    }
}
