package io.tickshred.transport;

import java.util.Locale;

/**
 * The fleet's topics. A topic's name is the configured prefix and the name in kebab case:
 * {@code tickshred.chunk-tasks}.
 */
public enum Topic {
    PLAN_REQUESTS(Kind.LOG),
    RANGE_EVENTS(Kind.JOURNAL),
    BATCH_MAPS(Kind.COMPACTED),
    CHUNK_TASKS(Kind.WORK_QUEUE),
    CHUNK_RESULTS(Kind.LOG),
    DAY_COMPLETE(Kind.LOG),
    BATCH_TASKS(Kind.WORK_QUEUE),
    BATCH_RESULTS(Kind.LOG),
    DAY_STATUS(Kind.COMPACTED),
    RANGE_STATUS(Kind.COMPACTED),
    DEAD_LETTERS(Kind.LOG);

    /** How a topic is kept and read. */
    public enum Kind {
        /** Kept for a time, folded in order by key. */
        LOG,
        /**
         * A log of few small records that is kept for ever, because what it tells of may take longer than any other.
         */
        JOURNAL,
        /** The last record of each key is kept; read whole by every instance. */
        COMPACTED,
        /** Each record is worked on by one slot of the fleet until it is accepted. */
        WORK_QUEUE
    }

    private final Kind kind;

    Topic(Kind kind) {
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** The name without prefix. */
    public String baseName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
