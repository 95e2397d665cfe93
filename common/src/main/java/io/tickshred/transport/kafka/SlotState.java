package io.tickshred.transport.kafka;

import java.nio.ByteBuffer;
import java.util.OptionalInt;

/**
 * What a slot tells its consumer group when partitions are shared out: which one its task in hand is of, and whether it
 * takes no further task. Not thread-safe: the slot's thread writes it, and Kafka's client reads it on that thread.
 */
final class SlotState {
    private static final int NONE = -1;

    private int held = NONE;
    private boolean leaving;

    void hold(int partition) {
        held = partition;
    }

    void free() {
        held = NONE;
    }

    /** Asks that all partitions but the held one go to others. */
    void leave() {
        leaving = true;
    }

    boolean isLeaving() {
        return leaving;
    }

    OptionalInt held() {
        return held == NONE ? OptionalInt.empty() : OptionalInt.of(held);
    }

    ByteBuffer encode() {
        return ByteBuffer.allocate(Integer.BYTES + 1)
                .putInt(held)
                .put((byte) (leaving ? 1 : 0))
                .flip();
    }

    /** What another slot has encoded; a slot that says nothing holds nothing. */
    static SlotState decode(ByteBuffer encoded) {
        SlotState state = new SlotState();
        if (encoded.remaining() > Integer.BYTES) {
            state.held = encoded.getInt(encoded.position());
            state.leaving = encoded.get(encoded.position() + Integer.BYTES) != 0;
        }
        return state;
    }
}
