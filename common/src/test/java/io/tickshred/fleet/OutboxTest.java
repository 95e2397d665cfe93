package io.tickshred.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanSuperseded;
import io.tickshred.model.Failure;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Topic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutboxTest {
    private static final String PLAN = "01kar7m2g0x4v9tq";
    private static final String DAY = "us-equity/2013-10-07";
    private static final String RANGE = "us-equity/2013-10-01..2013-10-31";

    @ParameterizedTest
    @CsvSource({
        "plan-request, PLAN_REQUESTS, " + DAY,
        "range-request, PLAN_REQUESTS, " + RANGE,
        "range-stop, PLAN_REQUESTS, " + RANGE,
        "range-opened, RANGE_EVENTS, us-equity",
        "range-answer, RANGE_EVENTS, us-equity",
        "range-status, RANGE_STATUS, " + RANGE,
        "aggregate-request, PLAN_REQUESTS, " + RANGE,
        "aggregate-task, BATCH_TASKS, " + RANGE + "/trades-bars",
        "aggregate-status, RANGE_STATUS, " + RANGE + "/trades-bars",
        "batch-map-part, BATCH_MAPS, " + PLAN + "/1",
        "batch-map-closed, BATCH_MAPS, " + PLAN + "/0",
        "chunk-task, CHUNK_TASKS, " + PLAN + "/4",
        "plan-opened, CHUNK_RESULTS, " + PLAN,
        "chunk-result, CHUNK_RESULTS, " + PLAN,
        "day-complete, DAY_COMPLETE, " + PLAN,
        "batch-task, BATCH_TASKS, " + PLAN + "/2",
        "publish-task, BATCH_TASKS, " + PLAN + "/publish",
        "discard-task, BATCH_TASKS, " + PLAN + "/discard",
        "batches-opened, BATCH_RESULTS, " + PLAN,
        "batch-result, BATCH_RESULTS, " + PLAN,
        "publish-result, BATCH_RESULTS, " + PLAN,
        "day-status, DAY_STATUS, " + DAY
    })
    void eachMessageHasItsTopicAndKey(String type, Topic topic, String key) throws Exception {
        Message message = golden(type);

        Outgoing record = Outbox.record(message);

        assertThat(record.topic()).isEqualTo(topic);
        assertThat(record.key()).isEqualTo(key);
        assertThat(new MessageCodec().decode(record.value().orElseThrow())).isEqualTo(message);
    }

    @Test
    void onlyOneMessageGoesToTwoTopics() throws Exception {
        for (Class<?> type : Message.class.getPermittedSubclasses()) {
            Message message = golden(MessageCodec.typeName(type));

            if (message instanceof PlanSuperseded superseded) {
                assertThatThrownBy(() -> Outbox.record(message)).isInstanceOf(IllegalArgumentException.class);
                assertThat(Outbox.superseded(superseded))
                        .extracting(Outgoing::topic)
                        .containsExactly(Topic.CHUNK_RESULTS, Topic.BATCH_RESULTS);
            } else {
                assertThat(Outbox.record(message).value()).isPresent();
            }
        }
    }

    @Test
    void aDeadLetterKeepsBytesAndKeyAndSaysWhy() {
        byte[] body = {1, 2, 3};
        Incoming record = new Incoming(Topic.CHUNK_TASKS, 0, 7, "a key", Optional.of(body), Map.of());

        Outgoing letter =
                Outbox.deadLetter(record, new Failure("it is broken", Optional.of("x.parquet")), Map.of("plan", PLAN));

        assertThat(letter.topic()).isEqualTo(Topic.DEAD_LETTERS);
        assertThat(letter.key()).isEqualTo("a key");
        assertThat(letter.value().orElseThrow()).isEqualTo(body);
        assertThat(letter.headers())
                .containsOnly(
                        Map.entry("reason", "it is broken"),
                        Map.entry("object", "x.parquet"),
                        Map.entry("plan", PLAN),
                        Map.entry("source-topic", "chunk-tasks"));
    }

    private static Message golden(String type) throws Exception {
        return new MessageCodec()
                .decode(Files.readAllBytes(Path.of("src/test/resources/messages/v1/" + type + ".json")));
    }

    @Test
    void aDeadLetterThatWouldBeTooLargeSaysWhereItsBytesAre() {
        Incoming record = new Incoming(
                Topic.PLAN_REQUESTS, 3, 17, DAY, Optional.of(new byte[1_000_001]), Map.of(), Instant.EPOCH);

        Outgoing letter = Outbox.deadLetter(record, new Failure("too large", Optional.empty()), Map.of());

        assertThat(letter.value().orElseThrow()).isEmpty();
        assertThat(letter.headers()).containsEntry("left-out", "1000001 bytes, at offset 17 of partition 3");
    }
}
