package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class KafkaOptionsTest {
    @Test
    void aCommandToPasteHasTheOptionsThatWereGivenAndNoOthers() {
        assertThat(options().command("status --watch")).isEqualTo("./tickshred status --watch");
        assertThat(options("--bootstrap=h:1,i:2", "--queue", "consumer-group", "--kafka-auth", "msk-iam")
                        .command("days"))
                .isEqualTo("./tickshred days --bootstrap h:1,i:2 --queue consumer-group --kafka-auth msk-iam");
    }

    @Test
    void propertiesAreQuotedForTheShellAndSecretsAreLeftOut() {
        String command = options(
                        "--kafka-property",
                        "client.rack=a b",
                        "--kafka-property",
                        "sasl.jaas.config=m required password=\"x\";",
                        "--kafka-property",
                        "ssl.truststore.password=abc",
                        "--kafka-property",
                        "ssl.keystore.location=/etc/k")
                .command("status");

        assertThat(command)
                .isEqualTo("./tickshred status --kafka-property 'client.rack=a b' --kafka-property 'sasl.jaas.config=…'"
                        + " --kafka-property 'ssl.truststore.password=…' --kafka-property"
                        + " ssl.keystore.location=/etc/k");
    }

    private static KafkaOptions options(String... given) {
        CommandLine root = new CommandLine(new Tickshred(System.out, System.err));
        root.parseArgs(Stream.concat(Stream.of("lag"), Stream.of(given)).toArray(String[]::new));
        LagCommand lag =
                (LagCommand) root.getSubcommands().get("lag").getCommandSpec().userObject();
        return lag.kafka();
    }
}
