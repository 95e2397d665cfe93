package io.tickshred.standalone.transport;

import io.tickshred.config.KafkaConfiguration;
import io.tickshred.transport.Topic;
import io.tickshred.transport.kafka.KafkaTransport;
import java.util.concurrent.CountDownLatch;

/** A worker process that takes a task and never ends it: {@code TaskHolder <bootstrap> <prefix>}. */
final class TaskHolder {
    private TaskHolder() {}

    public static void main(String[] args) throws InterruptedException {
        KafkaTransport transport =
                new KafkaTransport(KafkaConfiguration.of(args[0]).withTopicPrefix(args[1]), "holder");
        transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
            System.out.println("holding " + task.key() + " delivery " + delivery);
            new CountDownLatch(1).await();
            throw new IllegalStateException("cannot be reached");
        });
        new CountDownLatch(1).await();
    }
}
