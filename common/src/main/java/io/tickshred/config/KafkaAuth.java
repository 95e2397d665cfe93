package io.tickshred.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How a client says to the brokers who it is, for the ways that need several properties to go together. */
public enum KafkaAuth {
    /** Nothing but what the properties say. */
    NONE(Map.of()),

    /**
     * As the AWS identity of the process, over TLS: Amazon MSK's IAM access control. Source: README of
     * aws-msk-iam-auth, "Configuring a Kafka client to use AWS IAM".
     */
    MSK_IAM(Map.of(
            "security.protocol",
            "SASL_SSL",
            "sasl.mechanism",
            "AWS_MSK_IAM",
            "sasl.jaas.config",
            "software.amazon.msk.auth.iam.IAMLoginModule required;",
            "sasl.client.callback.handler.class",
            "software.amazon.msk.auth.iam.IAMClientCallbackHandler"));

    private final Map<String, String> properties;

    KafkaAuth(Map<String, String> properties) {
        this.properties = properties;
    }

    /** What Kafka's clients are to be given. */
    public Map<String, String> properties() {
        return properties;
    }

    /** Reads {@code none} or {@code msk-iam}; an empty text, which a variable that is not set leaves, is none. */
    @JsonCreator
    public static KafkaAuth parse(String text) {
        String name = text.isBlank()
                ? NONE.name()
                : text.strip().toUpperCase(Locale.ROOT).replace('-', '_');
        return Arrays.stream(values())
                .filter(value -> value.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("auth must be one of "
                        + Arrays.stream(values())
                                .map(value ->
                                        value.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                                .collect(Collectors.joining(", "))
                        + ": " + text));
    }
}
