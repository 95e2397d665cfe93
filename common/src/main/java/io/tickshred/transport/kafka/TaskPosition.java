package io.tickshred.transport.kafka;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * How far the tasks of a partition are done, as it is committed to the brokers: all below the offset, and the one at it
 * has been delivered so many times. The count travels in the commit's metadata, so that it and the offset are one.
 *
 * @param offset -1 before the first commit
 * @param deliveries 0 when the task at the offset was not taken by anyone yet
 */
record TaskPosition(long offset, int deliveries) {
    private static final TaskPosition NONE = new TaskPosition(-1, 0);
    private static final Pattern METADATA = Pattern.compile("deliveries=(\\d{1,9})");

    TaskPosition {
        if (offset < -1 || deliveries < 0) {
            throw new IllegalArgumentException("position must be sound: " + offset + ", " + deliveries);
        }
    }

    /** All below is done. */
    static TaskPosition at(long offset) {
        return new TaskPosition(offset, 0);
    }

    /** What was committed; metadata that another wrote counts as none. */
    static TaskPosition of(@Nullable OffsetAndMetadata committed) {
        if (committed == null) {
            return NONE;
        }
        Matcher metadata = METADATA.matcher(committed.metadata());
        return new TaskPosition(committed.offset(), metadata.matches() ? Integer.parseInt(metadata.group(1)) : 0);
    }

    /** After the task at an offset has been delivered once more. */
    TaskPosition delivered(long next) {
        return new TaskPosition(next, next == offset ? deliveries + 1 : 1);
    }

    OffsetAndMetadata committed() {
        return new OffsetAndMetadata(offset, deliveries == 0 ? "" : "deliveries=" + deliveries);
    }
}
