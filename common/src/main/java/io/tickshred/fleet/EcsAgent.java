package io.tickshred.fleet;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The agent beside each container of Amazon ECS, as far as it protects tasks from scale-in. Source: Amazon ECS
 * developer guide, "Amazon ECS task scale-in protection endpoint".
 */
final class EcsAgent {
    /** Of one question: the agent itself asks AWS. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final String VARIABLE = "ECS_AGENT_URI";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final URI state;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

    private EcsAgent(URI state) {
        this.state = state;
    }

    static Optional<EcsAgent> ofEnvironment(Map<String, String> environment) {
        return Optional.ofNullable(environment.get(VARIABLE))
                .filter(uri -> !uri.isBlank())
                .map(uri -> new EcsAgent(URI.create(uri.strip() + "/task-protection/v1/state")));
    }

    /** Sets the protection; says in one line why it could not. */
    Optional<String> protect(boolean enabled, Duration expiry) throws InterruptedException {
        String body = enabled
                ? "{\"ProtectionEnabled\":true,\"ExpiresInMinutes\":" + expiry.toMinutes() + "}"
                : "{\"ProtectionEnabled\":false}";
        HttpRequest request = HttpRequest.newBuilder(state)
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            return done(answer, enabled)
                    ? Optional.empty()
                    : Optional.of("the agent at " + state + " answered " + answer.statusCode() + " "
                            + answer.body().strip());
        } catch (IOException e) {
            return Optional.of("no answer from the agent at " + state + ": " + e);
        }
    }

    /** A refusal may come with status 200 and a failure in its body. */
    private static boolean done(HttpResponse<String> answer, boolean enabled) {
        try {
            JsonNode protection = MAPPER.readTree(answer.body()).at("/protection/ProtectionEnabled");
            return answer.statusCode() == 200 && protection.isBoolean() && protection.asBoolean() == enabled;
        } catch (JacksonException e) {
            return false;
        }
    }
}
