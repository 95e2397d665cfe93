package io.tickshred.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class S3ConfigurationTest {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory()).registerModule(new Jdk8Module());

    @Test
    void nothingGivenMeansAwsWithItsChainOfCredentials() throws Exception {
        S3Configuration configuration = YAML.readValue("{}", S3Configuration.class);

        assertThat(configuration).isEqualTo(S3Configuration.aws());
        assertThat(configuration.endpoint()).isEmpty();
        assertThat(configuration.region()).isEqualTo("us-east-1");
        assertThat(configuration.pathStyle()).isFalse();
        assertThat(configuration.maxTransfers()).isEqualTo(64);
    }

    @Test
    void anEndpointMeansPathStyleUnlessSaidOtherwise() throws Exception {
        String yaml = "{endpoint: 'http://127.0.0.1:9000', accessKey: key, secretKey: secret, maxConnections: 8}";

        S3Configuration configuration = YAML.readValue(yaml, S3Configuration.class);

        assertThat(configuration.endpoint()).contains(URI.create("http://127.0.0.1:9000"));
        assertThat(configuration.pathStyle()).isTrue();
        assertThat(configuration.maxTransfers()).isEqualTo(8);
        assertThat(YAML.readValue(yaml.replace("{", "{pathStyle: false, "), S3Configuration.class)
                        .pathStyle())
                .isFalse();
    }

    @Test
    void variablesThatAreNotSetCountAsNotGiven() throws Exception {
        S3Configuration configuration =
                YAML.readValue("{endpoint: '', region: '', accessKey: '', secretKey: ''}", S3Configuration.class);

        assertThat(configuration).isEqualTo(S3Configuration.aws());
    }

    @Test
    void memoryBoundsTheTransfers() {
        S3Configuration configuration = new S3Configuration(
                Optional.empty(), "us-east-1", false, Optional.empty(), Optional.empty(), 64, 4 * 1024 * 1024);

        assertThat(configuration.maxTransfers()).isEqualTo(8);
    }

    @Test
    void anEndpointWithoutItsSchemeIsToldWithOne() {
        assertThat(S3Configuration.endpoint("https://s3.example:9000"))
                .isEqualTo(URI.create("https://s3.example:9000"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> S3Configuration.endpoint("127.0.0.1:9000"))
                .withMessage(
                        "'127.0.0.1:9000' does not say how to reach it; write http://127.0.0.1:9000, or https:// if"
                                + " the server has TLS");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> S3Configuration.endpoint("localhost:9000"))
                .withMessageContaining("write http://localhost:9000, or");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> S3Configuration.endpoint("http://a b"))
                .withMessage("must be http://host:port or https://host:port, found 'http://a b'");
    }

    @Test
    void whatCannotBeRightIsRefused() {
        assertThatThrownBy(() -> YAML.readValue("{accessKey: key}", S3Configuration.class))
                .hasMessageContaining("secretKey is missing");
        assertThatThrownBy(() -> YAML.readValue("{endpoint: 'localhost:9000'}", S3Configuration.class))
                .hasMessageContaining("endpoint must be http://host:port");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new S3Configuration(
                        Optional.empty(), "us-east-1", false, Optional.empty(), Optional.empty(), 0, 1 << 20))
                .withMessageContaining("maxConnections");
    }

    @Test
    void theSecretDoesNotShow() {
        assertThat(S3Configuration.server(URI.create("http://h:1"), "the-key", "the-secret")
                        .toString())
                .contains("the-key", "***")
                .doesNotContain("the-secret");
    }
}
