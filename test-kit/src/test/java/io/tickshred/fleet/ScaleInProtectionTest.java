package io.tickshred.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.testkit.Await;
import io.tickshred.testkit.FakeEcsAgent;
import io.tickshred.testkit.FakeEcsAgent.Mood;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.TaskHandler;
import io.tickshred.transport.TaskHandler.Outcome;
import io.tickshred.transport.Topic;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScaleInProtectionTest {
    private static final String ON = "PUT {\"ProtectionEnabled\":true,\"ExpiresInMinutes\":10}";
    private static final String OFF = "PUT {\"ProtectionEnabled\":false}";
    private static final Incoming TASK = new Incoming(Topic.CHUNK_TASKS, 0, 0, "key", Optional.empty(), Map.of());
    private static final Duration NEVER = Duration.ofMinutes(9);
    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    private FakeEcsAgent agent;

    @BeforeEach
    void startAnAgent() throws Exception {
        agent = new FakeEcsAgent();
    }

    @AfterEach
    void stopIt() {
        agent.close();
    }

    private ScaleInProtection protection(Duration refresh, Duration linger) {
        return ScaleInProtection.ofEnvironment(
                agent.environment(), new ScaleInProtection.Timing(TEN_MINUTES, refresh, linger, SOON));
    }

    @Test
    void isAskedForWhileATaskIsHeldAndDroppedAfterIt() throws Exception {
        try (ScaleInProtection protection = protection(NEVER, Duration.ZERO)) {
            TaskHandler handler = protection.guard((task, delivery) -> {
                Await.until("protected", () -> agent.requests().contains(ON), agent::requests);
                return Outcome.RELEASE;
            });

            assertThat(agent.requests()).as("nothing while idle").isEmpty();
            assertThat(handler.handle(TASK, 1)).isEqualTo(Outcome.RELEASE);

            Await.until("dropped", () -> agent.requests().contains(OFF), agent::requests);
            assertThat(agent.requests()).containsExactly(ON, OFF);
        }
    }

    @Test
    void isKeptWhileAnyOfSeveralTasksIsHeld() throws Exception {
        CountDownLatch longTask = new CountDownLatch(1);
        try (ScaleInProtection protection = protection(NEVER, Duration.ZERO)) {
            TaskHandler handler = protection.guard((task, delivery) -> {
                longTask.await();
                return Outcome.ACCEPT;
            });
            Thread other = new Thread(() -> run(handler));
            other.start();
            Await.until("protected", () -> agent.requests().contains(ON), agent::requests);

            protection.guard((task, delivery) -> Outcome.ACCEPT).handle(TASK, 1);
            assertThat(agent.requests()).containsExactly(ON);

            longTask.countDown();
            other.join();
            Await.until("dropped", () -> agent.requests().contains(OFF), agent::requests);
        }
    }

    @Test
    void isRefreshedBeforeItExpires() throws Exception {
        try (ScaleInProtection protection = protection(SOON, Duration.ZERO)) {
            protection
                    .guard((task, delivery) -> {
                        Await.until(
                                "refreshed twice",
                                () -> Collections.frequency(agent.requests(), ON) >= 3,
                                agent::requests);
                        return Outcome.ACCEPT;
                    })
                    .handle(TASK, 1);
        }

        assertThat(agent.requests()).endsWith(OFF);
    }

    @Test
    void outlivesAShortPauseBetweenTasks() throws Exception {
        try (ScaleInProtection protection = protection(NEVER, Duration.ofMinutes(5))) {
            TaskHandler handler = protection.guard((task, delivery) -> {
                Await.until("protected", () -> agent.requests().contains(ON), agent::requests);
                return Outcome.ACCEPT;
            });

            handler.handle(TASK, 1);
            handler.handle(TASK, 1);
            assertThat(agent.requests()).containsExactly(ON);
        }

        assertThat(agent.requests()).as("dropped when the service stops").containsExactly(ON, OFF);
    }

    @Test
    void anAgentThatRefusesOrFailsIsAskedAgainAndNoTaskFails() throws Exception {
        for (Mood mood : new Mood[] {Mood.REFUSING, Mood.BROKEN}) {
            agent.become(mood);
            int before = agent.requests().size();
            try (ScaleInProtection protection = protection(NEVER, Duration.ZERO)) {
                Outcome outcome = protection
                        .guard((task, delivery) -> {
                            Await.until("asked again", () -> agent.requests().size() >= before + 3, agent::requests);
                            return Outcome.ACCEPT;
                        })
                        .handle(TASK, 1);
                assertThat(outcome).as("%s", mood).isEqualTo(Outcome.ACCEPT);
            }
            assertThat(agent.requests())
                    .as("what was never given is not dropped")
                    .doesNotContain(OFF);
        }
    }

    @Test
    void anAgentThatIsGoneFailsNoTask() throws Exception {
        agent.close();
        try (ScaleInProtection protection = protection(NEVER, Duration.ZERO)) {
            assertThat(protection.guard((task, delivery) -> Outcome.ACCEPT).handle(TASK, 1))
                    .isEqualTo(Outcome.ACCEPT);
        }
    }

    @Test
    void aTaskThatThrowsLetsGoOfIt() throws Exception {
        try (ScaleInProtection protection = protection(NEVER, Duration.ZERO)) {
            TaskHandler handler = protection.guard((task, delivery) -> {
                Await.until("protected", () -> agent.requests().contains(ON), agent::requests);
                throw new InterruptedException("stop");
            });

            assertThatThrownBy(() -> handler.handle(TASK, 1)).isInstanceOf(InterruptedException.class);

            Await.until("dropped", () -> agent.requests().contains(OFF), agent::requests);
        }
    }

    @Test
    void whereThereIsNoAgentNothingIsDone() throws Exception {
        TaskHandler handler = (task, delivery) -> Outcome.ACCEPT;

        try (ScaleInProtection protection =
                ScaleInProtection.ofEnvironment(Map.of(), ScaleInProtection.Timing.DEFAULT)) {
            assertThat(protection.guard(handler)).isSameAs(handler);
        }
    }

    @Test
    void aRefreshAfterTheExpiryIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ScaleInProtection.Timing(TEN_MINUTES, TEN_MINUTES, SOON, SOON))
                .withMessageContaining("refresh must be below the expiry");
    }

    private static void run(TaskHandler handler) {
        try {
            assertThat(handler.handle(TASK, 1)).isEqualTo(Outcome.ACCEPT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
