package io.tickshred.transport;

/** Does one task of a work queue. Called by the threads of several slots at once. */
public interface TaskHandler {
    /** What becomes of the task. */
    enum Outcome {
        /** Done, or failed for good and reported as such: never delivered again. */
        ACCEPT,
        /** Delivered again, to any worker. */
        RELEASE
    }

    /**
     * Works on one task, for as long as it takes. What it publishes must be durable before it returns.
     *
     * @param delivery how many times the task has been delivered, this one included, from 1
     * @throws InterruptedException when the slot is being closed past its deadline; the task is then released
     */
    Outcome handle(Incoming task, int delivery) throws InterruptedException;
}
