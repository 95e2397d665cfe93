package io.tickshred.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaAuthTest {
    private static final ObjectMapper MAPPER = new ObjectMapper().registerModule(new JavaTimeModule());

    private static KafkaConfiguration read(String more) throws Exception {
        return MAPPER.readValue("{\"bootstrapServers\": \"b-1.msk:9098\", " + more + "}", KafkaConfiguration.class);
    }

    @Test
    void mskIamGivesTheClientsWhatTheyNeed() throws Exception {
        assertThat(read("\"auth\": \"msk-iam\"").properties())
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.mechanism", "AWS_MSK_IAM")
                .hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"auth\": \"none\"", "\"auth\": \"\"", "\"topicPrefix\": \"desk\""})
    void nothingIsAddedUnlessAskedFor(String more) throws Exception {
        assertThat(read(more).properties()).isEmpty();
    }

    @Test
    void propertiesThatAreGivenWin() throws Exception {
        KafkaConfiguration configuration =
                read("\"auth\": \"msk-iam\", \"properties\": {\"security.protocol\": \"SASL_PLAINTEXT\"}");

        assertThat(configuration.properties())
                .containsEntry("security.protocol", "SASL_PLAINTEXT")
                .containsEntry("sasl.mechanism", "AWS_MSK_IAM");
    }

    @Test
    void anotherWayIsRefusedByName() {
        assertThatThrownBy(() -> read("\"auth\": \"kerberos\""))
                .hasMessageContaining("auth must be one of none, msk-iam: kerberos");
    }

    @Test
    void theClassesThatAreNamedAreOnTheClassPath() throws Exception {
        Map<String, String> properties = KafkaAuth.MSK_IAM.properties();
        String module = properties.get("sasl.jaas.config").split(" ")[0];

        assertThat(javax.security.auth.spi.LoginModule.class).isAssignableFrom(Class.forName(module));
        assertThat(Class.forName(properties.get("sasl.client.callback.handler.class"))
                        .getInterfaces())
                .extracting(Class::getName)
                .contains("org.apache.kafka.common.security.auth.AuthenticateCallbackHandler");
    }
}
