package io.tickshred.store;

/** A non-empty range of bytes of an object. */
public record ByteRange(long offset, long length) {
    public ByteRange {
        if (offset < 0 || length < 1) {
            throw new IllegalArgumentException("range must not be negative or empty: " + offset + "+" + length);
        }
    }

    public long end() {
        return offset + length;
    }
}
