package io.tickshred.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tickshred.duckdb.MemoryBudget;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {
    private static final long MIB = 1 << 20;

    @Test
    void whatHeapAndReserveLeaveIsDividedOverTheEngines() {
        MemoryPlan plan = MemoryPlan.of(4096 * MIB, 512 * MIB, 2, 4);

        assertThat(plan.each()).isEqualTo(new MemoryBudget((4096 - 512 - 320) / 2 * MIB, 2));
        assertThat(plan)
                .hasToString(
                        "container 4096 MiB, heap 512 MiB, reserve 320 MiB, 2 DuckDB of 1632 MiB and 2 threads each");
    }

    @Test
    void eachProcessorHasAnEngineWhileEachOfThemHasMemoryEnough() {
        assertThat(MemoryPlan.engines(1400 * MIB, 384 * MIB, 4, 2)).isEqualTo(1);
        assertThat(MemoryPlan.engines(1536 * MIB, 320 * MIB, 4, 2)).isEqualTo(2);
        assertThat(MemoryPlan.engines(2560 * MIB, 320 * MIB, 4, 4)).isEqualTo(4);
        assertThat(MemoryPlan.engines(2048 * MIB, 512 * MIB, 8, 16)).isEqualTo(3);
        assertThat(MemoryPlan.engines(65536 * MIB, 4096 * MIB, 8, 16)).isEqualTo(8);
        assertThat(MemoryPlan.engines(65536 * MIB, 4096 * MIB, 32, 16)).isEqualTo(16);
        assertThat(MemoryPlan.engines(65536 * MIB, 4096 * MIB, 2, 16)).isEqualTo(2);
    }

    @Test
    void tooManyEnginesForTheMemoryAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MemoryPlan.of(1024 * MIB, 512 * MIB, 4, 2))
                .withMessageContaining("too little memory for 4 DuckDBs");
    }
}
