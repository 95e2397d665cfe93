package io.tickshred.transport.kafka;

import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A slot's connection to its queue. Not thread-safe: only the slot's own thread touches it and the tasks it gives. */
interface TaskSource extends AutoCloseable {
    /**
     * Waits a moment for a task. The task before has to be settled.
     *
     * @param stopping true once the slot takes no further task; also asked while a task is held
     */
    Optional<HeldTask> next(BooleanSupplier stopping);

    /** Leaves the queue; what is held and not settled goes to others. */
    @Override
    void close();
}
