package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.standalone.embedded.FreePorts;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** How commands reach the brokers of a fleet, and what they say when they do not. */
class FleetConnectionTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {"status", "days", "lag", "dead-letters", "day 2024-01-02", "retry 2024-01-02", "plan 2024-01-02"
            })
    void aBrokerThatIsNotThereIsSaidInOneLine(String command) throws Exception {
        int port = FreePorts.find();

        Ran ran = Ran.of((command + " --bootstrap 127.0.0.1:" + port + " --work-dir " + directory).split(" "));

        assertThat(ran.err())
                .isEqualTo("tickshred: no Kafka broker answers at 127.0.0.1:" + port
                        + " (Connection refused); name the fleet's with --bootstrap, or start one here with"
                        + " './tickshred up'\n");
        assertThat(ran.exitCode()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("kafkaCommands")
    void everyCommandThatTalksToAFleetGivesKafkasClientsItsSecurity(List<String> args) throws Exception {
        String port;
        Ran ran;
        try (ServerSocket listener = new ServerSocket(0, 9, InetAddress.getByName("127.0.0.1"))) {
            port = Integer.toString(listener.getLocalPort());
            ran = Ran.of(Stream.concat(
                            args.stream(),
                            Stream.of(
                                    "--bootstrap",
                                    "127.0.0.1:" + port,
                                    "--kafka-auth",
                                    "msk-iam",
                                    "--kafka-property",
                                    "sasl.jaas.config=no.such.Module required;",
                                    "--work-dir",
                                    directory.toString()))
                    .toArray(String[]::new));
        }

        // Kafka itself says so: both have reached it, and the property has won over what msk-iam says.
        assertThat(ran.err().lines())
                .singleElement()
                .asString()
                .startsWith("tickshred: --kafka-auth or --kafka-property: Kafka at 127.0.0.1:" + port
                        + ": cannot connect: ")
                .contains("no.such.Module");
        assertThat(ran.exitCode()).isEqualTo(2);
    }

    /** All that have {@code --bootstrap}, with what else they must be given. */
    static Stream<Arguments> kafkaCommands() {
        Map<String, List<String>> needed = Map.of(
                "plan", List.of("2024-01-02"),
                "day", List.of("2024-01-02"),
                "retry", List.of("2024-01-02"),
                "aggregate", List.of("--dates", "2024-01-02..2024-01-03", "--metric", "m"),
                "sweep", List.of("--older-than", "2d", "--output", "."));
        return new CommandLine(new Tickshred(System.out, System.err))
                .getSubcommands().entrySet().stream()
                        .filter(command -> command.getValue().getCommandSpec().findOption("--bootstrap") != null)
                        .map(Map.Entry::getKey)
                        .map(name -> Arguments.of(
                                Stream.concat(Stream.of(name), needed.getOrDefault(name, List.of()).stream())
                                        .toList()));
    }

    @Test
    void theClientsPropertiesAreWhatAuthSaysAndWhatIsGivenBesides() {
        CommandLine plain = new CommandLine(new Tickshred(System.out, System.err));
        CommandLine secured = new CommandLine(new Tickshred(System.out, System.err));

        plain.parseArgs("lag", "--kafka-auth", "");
        secured.parseArgs(
                "lag",
                "--kafka-auth",
                "msk-iam",
                "--kafka-property",
                "ssl.truststore.password=a=b c",
                "--kafka-property",
                "sasl.mechanism=SCRAM-SHA-512");

        assertThat(properties(plain)).isEmpty();
        assertThat(properties(secured))
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
                .containsEntry("ssl.truststore.password", "a=b c")
                .hasSize(5);
    }

    private static Map<String, String> properties(CommandLine command) {
        LagCommand lag = (LagCommand)
                command.getSubcommands().get("lag").getCommandSpec().userObject();
        return lag.kafka().configuration().properties();
    }
}
