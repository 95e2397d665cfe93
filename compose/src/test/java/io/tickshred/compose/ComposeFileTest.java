package io.tickshred.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tickshred.config.Datasets;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** compose/docker-compose.yml and the Dockerfile, as far as they can be looked at without an engine. */
class ComposeFileTest {
    private static final Pattern COPIED = Pattern.compile("(?m)^COPY (?:(\\S+?)(/pom\\.xml)?) \\1/?$");
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
    private static final Pattern NEEDED = Pattern.compile("<artifactId>tickshred-([a-z-]+)</artifactId>");
    private static final Pattern DATASETS = Pattern.compile("\\bDATASETS=(\\S+)");
    /** The command of the runbook that puts datasets into an image: what, whereto, out of which directory. */
    private static final Pattern DERIVED =
            Pattern.compile("printf 'FROM tickshred\\\\nCOPY (\\S+) (\\S+)\\\\n' \\| docker build -t \\S+ -f - (\\S+)");

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

    @Test
    void grafanaFindsTheDashboardsWhereTheyAreMountedAndThePanelsTheirDatasource() throws Exception {
        List<String> mounted = new ArrayList<>();
        compose.at("/services/grafana/volumes").forEach(volume -> mounted.add(volume.asText()));
        JsonNode provider =
                yaml("compose/grafana/provisioning/dashboards/tickshred.yml").at("/providers/0/options/path");
        JsonNode source =
                yaml("compose/grafana/provisioning/datasources/prometheus.yml").at("/datasources/0");
        Set<String> asked = new TreeSet<>();
        int panels = 0;
        for (Path dashboard : files("compose/grafana/dashboards")) {
            for (JsonNode panel :
                    new ObjectMapper().readTree(dashboard.toFile()).path("panels")) {
                asked.add(panel.at("/datasource/type").asText() + " "
                        + panel.at("/datasource/uid").asText());
                panels++;
            }
        }

        assertThat(mounted)
                .contains(
                        "./grafana/provisioning:/etc/grafana/provisioning:ro",
                        "./grafana/dashboards:" + provider.asText() + ":ro");
        assertThat(panels).isGreaterThan(60);
        assertThat(asked)
                .containsExactly(
                        source.path("type").asText() + " " + source.path("uid").asText());
        URI url = URI.create(source.path("url").asText());
        assertThat(compose.path("services").has(url.getHost())).as("%s", url).isTrue();
        assertThat(compose.at("/services/" + url.getHost() + "/ports/0").asText())
                .endsWith(":" + url.getPort());
    }

    @Test
    void theImageIsBuiltFromAllModulesOfTheReactorAndNoOthers() throws Exception {
        String dockerfile = Files.readString(Compose.ROOT.resolve("compose/Dockerfile"));
        String stage = dockerfile.substring(dockerfile.indexOf(" AS source"), dockerfile.indexOf(" AS prebuilt"));
        Set<String> whole = new TreeSet<>();
        Set<String> pomOnly = new TreeSet<>();
        for (Matcher copy = COPIED.matcher(stage); copy.find(); ) {
            (copy.group(2) == null ? whole : pomOnly).add(copy.group(1));
        }
        assertThat(whole.remove(".mvn")).as("the build's settings").isTrue();
        Set<String> modules = new TreeSet<>();
        String root = Files.readString(Compose.ROOT.resolve("pom.xml"));
        for (Matcher module = MODULE.matcher(root); module.find(); ) {
            modules.add(module.group(1));
        }
        Set<String> copied = new TreeSet<>(whole);
        copied.addAll(pomOnly);

        assertThat(stage).contains("COPY pom.xml ./");
        assertThat(modules).hasSizeGreaterThan(6);
        assertThat(copied)
                .as("Maven refuses to begin where a module lacks its pom")
                .isEqualTo(modules);
        assertThat(whole).as("what standalone is made of").containsAll(dependencies("standalone"));
        assertThat(Files.readString(Compose.ROOT.resolve("compose/Dockerfile.dockerignore")))
                .as("is let into the build")
                .contains("!pom.xml", "!.mvn", "!*/pom.xml", "!*/src/main");
    }

    @Test
    void anImageKnowsNoDatasetsButThoseThatItIsGiven() throws Exception {
        String dockerfile = Files.readString(Compose.ROOT.resolve("compose/Dockerfile"));
        List<String> mounted = new ArrayList<>();
        compose.at("/x-service/volumes").forEach(volume -> mounted.add(volume.asText()));

        assertThat(dockerfile)
                .as("a sample in the image would be a dataset of every fleet, with buckets that are not its own")
                .doesNotContainPattern("(?m)^(COPY|ADD) .*datasets");
        assertThat(Files.readString(Compose.ROOT.resolve("compose/Dockerfile.dockerignore")))
                .doesNotContain("datasets");
        assertThat(mounted).contains("${DATASETS:-./datasets}:" + datasets(dockerfile) + ":ro");
        assertThat(Datasets.load(Compose.ROOT.resolve("compose/datasets")).names())
                .isEqualTo("trades");
    }

    @Test
    void theImageThatTheRunbookMakesHoldsOnesOwnDatasetsWhereTheyAreLookedFor() throws Exception {
        Matcher derived = DERIVED.matcher(Files.readString(Compose.ROOT.resolve("docs/runbook.md")));

        assertThat(derived.find()).as("the command that makes the image").isTrue();
        assertThat(derived.group(1)).as("with the SQL of their metrics").isEqualTo(".");
        assertThat(derived.group(2)).isEqualTo(datasets(Files.readString(Compose.ROOT.resolve("compose/Dockerfile"))));
        assertThat(derived.group(3))
                .as("no directory of the repository, whose examples would be datasets of the fleet")
                .matches("[A-Z]+");
    }

    private static String datasets(String dockerfile) {
        Matcher directory = DATASETS.matcher(dockerfile);
        assertThat(directory.find()).isTrue();
        return directory.group(1);
    }

    /** A module and those of the reactor that it needs, directly and by others. */
    private static Set<String> dependencies(String module) throws Exception {
        Set<String> found = new TreeSet<>(Set.of(module));
        String pom = Files.readString(Compose.ROOT.resolve(module).resolve("pom.xml"));
        for (Matcher needed = NEEDED.matcher(pom); needed.find(); ) {
            if (!needed.group(1).equals(module)) {
                found.addAll(dependencies(needed.group(1)));
            }
        }
        return found;
    }

    private static JsonNode yaml(String file) throws Exception {
        return new YAMLMapper().readTree(Compose.ROOT.resolve(file).toFile());
    }

    private static List<Path> files(String directory) throws Exception {
        try (Stream<Path> files = Files.list(Compose.ROOT.resolve(directory))) {
            return files.sorted().toList();
        }
    }

    private static int seconds(JsonNode value) {
        return Integer.parseInt(value.asText().replace("s", ""));
    }
}
