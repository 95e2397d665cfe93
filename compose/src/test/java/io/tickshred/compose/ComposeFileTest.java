package io.tickshred.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** compose/docker-compose.yml and the Dockerfile, as far as they can be looked at without an engine. */
class ComposeFileTest {
    private static final Pattern SET = Pattern.compile("(?m)^ {4,6}([A-Z][A-Z0-9_]+):");

    private final JsonNode compose;

    ComposeFileTest() throws Exception {
        compose = new YAMLMapper()
                .readTree(Compose.ROOT.resolve("compose/docker-compose.yml").toFile());
    }

    @ParameterizedTest
    @ValueSource(strings = {"planner", "shred-worker", "finalizer"})
    void aServiceIsReadOnlyWaitsForWhatItNeedsAndIsGivenTimeToDrain(String name) {
        JsonNode service = compose.at("/services/" + name);
        JsonNode common = compose.path("x-service");

        assertThat(service.path("<<").asText()).as("an alias of x-service").isEqualTo("service");
        assertThat(service.at("/command/0").asText()).isEqualTo(name);
        assertThat(service.has("mem_limit")).isTrue();
        assertThat(common.path("read_only").asBoolean()).isTrue();
        assertThat(common.at("/depends_on/kafka/condition").asText()).isEqualTo("service_healthy");
        assertThat(common.at("/depends_on/s3/condition").asText()).isEqualTo("service_healthy");
        assertThat(seconds(common.path("stop_grace_period")))
                .isGreaterThan(seconds(common.at("/environment/DRAIN_TIMEOUT")) + 10);
    }

    @Test
    void everyPortIsOpenToThisMachineAlone() {
        List<String> ports = new ArrayList<>();
        compose.path("services").forEach(service -> service.path("ports").forEach(port -> ports.add(port.asText())));

        assertThat(ports).hasSizeGreaterThan(4).allMatch(port -> port.startsWith("127.0.0.1:"));
    }

    @Test
    void everythingHasAHealthCheckOfItsOwnOrTheImages() throws Exception {
        for (String name : List.of("kafka", "s3", "prometheus", "grafana")) {
            assertThat(compose.at("/services/" + name + "/healthcheck/test").isArray())
                    .as(name)
                    .isTrue();
        }
        assertThat(Files.readString(Compose.ROOT.resolve("compose/Dockerfile"))).contains("HEALTHCHECK");
    }

    @Test
    void everyVariableOfAServiceIsReadByOne() throws Exception {
        StringBuilder read = new StringBuilder(Files.readString(Compose.ROOT.resolve("compose/run")));
        for (String name : List.of("planner", "shred-worker", "finalizer")) {
            read.append(Files.readString(Compose.ROOT.resolve(name).resolve(name + ".yml")));
        }
        String text = Files.readString(Compose.ROOT.resolve("compose/docker-compose.yml"));
        Set<String> set = new TreeSet<>();
        for (Matcher matcher = SET.matcher(text); matcher.find(); ) {
            set.add(matcher.group(1));
        }
        set.removeIf(name -> name.startsWith("KAFKA_") && !name.equals("KAFKA_BOOTSTRAP_SERVERS"));
        set.removeIf(name -> name.startsWith("GF_"));
        set.remove("PROGRAM"); // of the build

        assertThat(set)
                .contains("S3_ENDPOINT", "WORKER_MEMORY")
                .allMatch(name -> read.indexOf("${" + name + ":-") >= 0);
    }

    @Test
    void theContractIsTestedOnTheBrokerThatIsComposed() throws Exception {
        String test = Files.readString(
                Compose.ROOT.resolve("compose/src/test/java/io/tickshred/compose/ContainerTransportIT.java"));

        assertThat(test).contains("\"" + compose.at("/services/kafka/image").asText() + "\"");
    }

    private static int seconds(JsonNode value) {
        return Integer.parseInt(value.asText().replace("s", ""));
    }
}
