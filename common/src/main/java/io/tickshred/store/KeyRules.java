package io.tickshred.store;

import java.util.List;

/**
 * What arguments every store refuses in the same words, so that a caller's mistake shows in a test on any of them:
 * {@link IllegalArgumentException}, never a failure of the store.
 */
public final class KeyRules {
    private KeyRules() {}

    /**
     * A key that may be written anywhere: parts separated by single slashes, none of them empty, {@code .} or
     * {@code ..}.
     */
    public static String checked(String key) {
        if (key.isEmpty() || key.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("object key must not be empty or contain NUL: '" + key + "'");
        }
        for (String part : key.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw new IllegalArgumentException(
                        "object key must be made of parts other than '', '.' and '..': '" + key + "'");
            }
        }
        return key;
    }

    /** Ranges as {@link ObjectStore#readInto} takes them: rising, not overlapping, within the object. */
    public static void check(StoredObject object, List<ByteRange> ranges) {
        long end = 0;
        for (ByteRange range : ranges) {
            if (range.offset() < end) {
                throw new IllegalArgumentException("ranges of '" + object.key() + "' must rise and not overlap: "
                        + range + " after a range that ends at " + end);
            }
            end = range.end();
        }
        if (end > object.sizeBytes()) {
            throw new IllegalArgumentException("range must end within '" + object.key() + "' of " + object.sizeBytes()
                    + " bytes: " + ranges.get(ranges.size() - 1));
        }
    }
}
