package io.tickshred.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.standalone.embedded.kafka.OldKafka;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A fleet on a Kafka from before share groups. */
class KilledOnConsumerGroupsIT extends KilledProcesses {
    @Override
    ProcessFleet start(Path directory, Map<String, String> environment) throws Exception {
        Map<String, String> all = new HashMap<>(environment);
        all.put("QUEUE", "consumer-group");
        // Tasks of a dead worker come back after its session.
        all.put("JAVA_TOOL_OPTIONS", "-Ddw.kafka.sessionTimeout=PT3S");
        return ProcessFleet.start(directory, OldKafka.start(directory.resolve("kafka")), all);
    }

    @Test
    void servicesSayAtTheirStartWhichWayQueuesRun() {
        assertThat(planner.life()).contains("Work queues run on consumer groups setting=queue value=consumer-group");
    }

    @Test
    void aServiceThatWantsShareGroupsSaysInOneLineWhatToChangeAndEnds() throws Exception {
        FleetProcess wanting = fleet.plannerWith("planner-2", Map.of("QUEUE", ""));

        int exit = wanting.awaitEnd();

        assertThat(exit).isEqualTo(1);
        assertThat(wanting.life().lines().filter(line -> line.startsWith("planner cannot start: ")))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("has no share groups", "set queue: consumer-group"));
    }
}
