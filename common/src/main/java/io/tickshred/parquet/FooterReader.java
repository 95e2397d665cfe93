package io.tickshred.parquet;

import io.tickshred.store.ByteRange;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.StoredObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads an object's footer with one ranged GET of its tail, or two where the footer is longer than the first guess. The
 * layout is that of the Parquet format: {@code PAR1 … footer, 4 bytes of its length, PAR1}.
 */
public final class FooterReader {
    /** Enough for the footer of most files; what is read too much costs less than a second request. */
    private static final int TAIL_BYTES = 64 << 10;

    private static final int TRAILER_BYTES = 8;
    private static final int MAGIC = magic("PAR1");
    private static final int ENCRYPTED_MAGIC = magic("PARE");

    private FooterReader() {}

    /**
     * Reads and checks a footer: column chunks lie inside the object, row counts add up, each row group has every
     * column.
     *
     * @param object as listed; the version is pinned by its etag
     * @throws ParquetFormatException if the object is no readable Parquet file
     * @throws io.tickshred.store.ObjectStoreException if it cannot be read
     */
    public static Footer read(ObjectStore store, StoredObject object) throws IOException {
        String uri = store.uri(object.key());
        long size = object.sizeBytes();
        if (size == 0) {
            throw new ParquetFormatException(uri, "is empty (0 bytes), not a Parquet file");
        }
        if (size < 4 + TRAILER_BYTES) {
            throw new ParquetFormatException(uri, "is too short to be a Parquet file: " + size + " bytes");
        }
        int tailLength = (int) Math.min(size, TAIL_BYTES);
        ByteBuffer tail = ByteBuffer.wrap(store.read(object, new ByteRange(size - tailLength, tailLength)));
        int footerLength = footerLength(uri, size, tail);
        int start = tailLength - TRAILER_BYTES - footerLength;
        ByteBuffer footer = start >= 0
                ? tail.slice(start, footerLength)
                : ByteBuffer.wrap(store.read(object, new ByteRange(size - TRAILER_BYTES - footerLength, footerLength)));
        return new FooterParser(uri, object, footer).parse();
    }

    private static int footerLength(String uri, long size, ByteBuffer tail) throws ParquetFormatException {
        tail.order(ByteOrder.LITTLE_ENDIAN);
        int magic = tail.getInt(tail.limit() - 4);
        if (magic == ENCRYPTED_MAGIC) {
            throw new ParquetFormatException(uri, "is encrypted Parquet, which is not supported: decrypt it first");
        }
        if (magic != MAGIC) {
            throw new ParquetFormatException(
                    uri, "does not end in PAR1: it is truncated or not a Parquet file (" + size + " bytes)");
        }
        int length = tail.getInt(tail.limit() - TRAILER_BYTES);
        if (length <= 0 || length > size - 4 - TRAILER_BYTES) {
            throw new ParquetFormatException(
                    uri,
                    "is damaged: its footer would have " + Integer.toUnsignedString(length) + " bytes in a file of "
                            + size);
        }
        return length;
    }

    private static int magic(String text) {
        return text.charAt(0) | text.charAt(1) << 8 | text.charAt(2) << 16 | text.charAt(3) << 24;
    }
}
