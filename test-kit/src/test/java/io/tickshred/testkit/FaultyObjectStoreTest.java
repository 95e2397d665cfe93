package io.tickshred.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.store.ObjectStoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultyObjectStoreTest {
    @Test
    void failsAsOftenAsItsProbabilitySaysBeforeAndAfterTheEffect() throws Exception {
        MemoryObjectStore memory = new MemoryObjectStore();
        FaultyObjectStore faulty = new FaultyObjectStore(memory, 42, 0.2);

        int failed = 0;
        for (int i = 0; i < 1_000; i++) {
            if (!succeeds(faulty, "key-" + i)) {
                failed++;
            }
        }

        // 5 standard deviations around 200; about half of the failed writes have taken effect.
        assertThat(failed).isBetween(137, 263).isEqualTo(faulty.faults());
        assertThat(memory.keys().size()).isBetween(1_000 - failed + failed / 4, 1_000 - failed / 4);
    }

    @Test
    void theSameSeedFailsTheSameCalls() throws Exception {
        assertThat(outcomes(7)).isEqualTo(outcomes(7)).isNotEqualTo(outcomes(8));
    }

    private static List<Boolean> outcomes(long seed) throws IOException {
        FaultyObjectStore faulty = new FaultyObjectStore(new MemoryObjectStore(), seed, 0.5);
        List<Boolean> outcomes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            outcomes.add(succeeds(faulty, "key-" + i));
        }
        return outcomes;
    }

    private static boolean succeeds(FaultyObjectStore store, String key) throws IOException {
        try {
            return store.writeIfAbsent(key, new byte[] {1});
        } catch (ObjectStoreException e) {
            assertThat(e.kind()).isEqualTo(ObjectStoreException.Kind.UNAVAILABLE);
            assertThat(e.getMessage()).contains("seed ").contains(key);
            return false;
        }
    }
}
