package io.tickshred.transport;

/**
 * A coordinator's decision: folds a record into its state and says what to publish. State belongs to a partition and is
 * rebuilt by replay, so a crash anywhere is the normal path. Called by one thread at a time.
 */
public interface LogHandler {
    /**
     * Folds one record. May take minutes; iterating what it returns may not, as a transaction is open then. Anything
     * thrown makes the transport forget the partition, replay it and try again.
     *
     * @param replaying true when the record was handled before, by this or another instance: its output was published
     *     then and is dropped now
     * @return what to publish, iterated once, in the same transaction that commits the record's offset
     */
    Iterable<Outgoing> handle(Incoming record, boolean replaying) throws InterruptedException;

    /** Forgets the state of a partition, which was taken away or will be replayed from its start. */
    void forget(Topic topic, int partition);
}
