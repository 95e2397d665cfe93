package io.tickshred.standalone.transport;

import io.dropwizard.jackson.Jackson;
import io.tickshred.config.KafkaConfiguration;
import io.tickshred.transport.TaskHandler.Outcome;
import io.tickshred.transport.Topic;
import io.tickshred.transport.kafka.KafkaTransport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A worker process that takes a task and holds it until it is told to end it by a line on its standard input:
 * {@code TaskHolder <configuration in JSON>}.
 */
final class TaskHolder {
    private TaskHolder() {}

    /** The argument for so configured a worker. */
    static String configured(Map<String, Object> configuration) throws Exception {
        return Jackson.newObjectMapper().writeValueAsString(configuration);
    }

    public static void main(String[] args) throws Exception {
        KafkaConfiguration configuration = Jackson.newObjectMapper().readValue(args[0], KafkaConfiguration.class);
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        KafkaTransport transport = new KafkaTransport(configuration, "holder");
        transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
            System.out.println("holding " + task.key() + " delivery " + delivery);
            try {
                orders.readLine();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            System.out.println("ended " + task.key());
            return Outcome.ACCEPT;
        });
        new CountDownLatch(1).await();
    }
}
