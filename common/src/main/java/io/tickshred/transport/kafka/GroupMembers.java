package io.tickshred.transport.kafka;

import io.tickshred.transport.TransportException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ShareGroupDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Who is connected to a queue's group: each slot is a member. */
final class GroupMembers {
    private final KafkaCalls calls;

    GroupMembers(KafkaCalls calls) {
        this.calls = calls;
    }

    /** A connected slot. */
    record Member(String clientId, String host) {}

    private interface Question {
        List<Member> ask() throws TransportException, ExecutionException, TimeoutException, InterruptedException;
    }

    List<Member> ofShareGroup(String group) throws TransportException, InterruptedException {
        return ask(group, () -> {
            KafkaFuture<ShareGroupDescription> described = Objects.requireNonNull(calls.admin()
                    .describeShareGroups(List.of(group))
                    .describedGroups()
                    .get(group));
            return calls.answer(described).members().stream()
                    .map(member -> new Member(member.clientId(), member.host()))
                    .toList();
        });
    }

    List<Member> ofConsumerGroup(String group) throws TransportException, InterruptedException {
        return ask(group, () -> {
            KafkaFuture<ConsumerGroupDescription> described = Objects.requireNonNull(calls.admin()
                    .describeConsumerGroups(List.of(group))
                    .describedGroups()
                    .get(group));
            return calls.answer(described).members().stream()
                    .map(member -> new Member(member.clientId(), member.host()))
                    .toList();
        });
    }

    /** No members where there is no such group yet. */
    private List<Member> ask(String group, Question question) throws TransportException, InterruptedException {
        try {
            return question.ask();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return List.of();
            }
            throw calls.failure("ask for the members of group " + group, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw calls.failure("ask for the members of group " + group, e);
        }
    }
}
