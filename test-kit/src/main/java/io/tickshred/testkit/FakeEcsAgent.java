package io.tickshred.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers as the agent of Amazon ECS does about the protection of its task, and remembers what it was asked. */
public final class FakeEcsAgent implements AutoCloseable {
    private static final String PATH = "/api/task-protection/v1/state";

    private final HttpServer server;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile Mood mood = Mood.WILLING;

    /** How it answers. */
    public enum Mood {
        WILLING,
        /** Status 200 with a failure in the body, as while a deployment blocks protection. */
        REFUSING,
        /** Status 500. */
        BROKEN
    }

    public FakeEcsAgent() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /** What ECS sets in each container. */
    public Map<String, String> environment() {
        return Map.of("ECS_AGENT_URI", "http://127.0.0.1:" + server.getAddress().getPort() + "/api");
    }

    /** Method and body of each request, in order. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    public void become(Mood next) {
        mood = next;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean known = exchange.getRequestURI().getPath().equals(PATH);
            requests.add(exchange.getRequestMethod() + (known ? " " : " elsewhere ") + body);
            String answer =
                    switch (mood) {
                        case WILLING ->
                            "{\"protection\":{\"ExpirationDate\":null,\"ProtectionEnabled\":"
                                    + body.contains("\"ProtectionEnabled\":true") + ",\"TaskArn\":\"arn:task\"}}";
                        case REFUSING ->
                            "{\"failure\":{\"Arn\":\"arn:task\",\"Detail\":null,\"Reason\":\"DEPLOYMENT_BLOCKED\"}}";
                        case BROKEN -> "{\"error\":{\"Code\":\"ServerException\"}}";
                    };
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(known ? mood == Mood.BROKEN ? 500 : 200 : 404, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
