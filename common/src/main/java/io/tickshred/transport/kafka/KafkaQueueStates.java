package io.tickshred.transport.kafka;

import io.tickshred.transport.QueueState;
import io.tickshred.transport.Topic;
import io.tickshred.transport.TransportException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts together what a queue's group and its log say: what is left, how old the oldest of it is, who works on it. */
final class KafkaQueueStates {
    private final TaskQueues queues;
    private final KafkaPending pending;

    KafkaQueueStates(TaskQueues queues, KafkaPending pending) {
        this.queues = queues;
        this.pending = pending;
    }

    QueueState of(Topic queue) throws TransportException, InterruptedException {
        long backlog = queues.backlog(queue);
        return new QueueState(
                backlog, backlog == 0 ? Optional.empty() : pending.oldest(queues.starts(queue)), workers(queue));
    }

    private List<QueueState.Worker> workers(Topic queue) throws TransportException, InterruptedException {
        // The client's name of a slot is the instance, the queue, the instance again and a number: see KafkaTransport.
        Pattern slot = Pattern.compile("(.+)-" + Pattern.quote(queue.baseName()) + "-\\1-\\d+");
        Map<List<String>, Integer> slots = new HashMap<>();
        for (GroupMembers.Member member : queues.members(queue)) {
            Matcher name = slot.matcher(member.clientId());
            slots.merge(
                    List.of(
                            name.matches() ? name.group(1) : member.clientId(),
                            member.host().replaceFirst("^/", "")),
                    1,
                    Integer::sum);
        }
        return slots.entrySet().stream()
                .map(e -> new QueueState.Worker(e.getKey().get(0), e.getKey().get(1), e.getValue()))
                .sorted(Comparator.comparing(QueueState.Worker::name).thenComparing(QueueState.Worker::host))
                .toList();
    }
}
