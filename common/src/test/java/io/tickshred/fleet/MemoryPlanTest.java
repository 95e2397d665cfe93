package io.tickshred.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tickshred.duckdb.MemoryBudget;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {
    private static final long MIB = 1 << 20;

    @Test
    void whatHeapAndReserveLeaveIsDividedOverTheSlots() {
        MemoryPlan plan = MemoryPlan.of(4096 * MIB, 512 * MIB, 2, 4);

        assertThat(plan.slot()).isEqualTo(new MemoryBudget((4096 - 512 - 320) / 2 * MIB, 2));
        assertThat(plan)
                .hasToString("container 4096 MiB, heap 512 MiB, reserve 320 MiB, 2 slots of 1632 MiB and 2 threads"
                        + " for DuckDB");
    }

    @Test
    void tooManySlotsForTheMemoryAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MemoryPlan.of(1024 * MIB, 512 * MIB, 4, 2))
                .withMessageContaining("too little memory for 4 slots");
    }
}
