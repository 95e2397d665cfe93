package io.tickshred.model;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What becomes of the rows of a listing that is in the data, but not in the batch map. */
public enum Unlisted {
    /** They are counted as outside: the plan names every wanted listing. */
    OUTSIDE,
    /**
     * They go to the batch that {@link #adopter} names: all listings are wanted, and the plan names those that its
     * estimator knew of.
     */
    ADOPTED;

    /**
     * Batch that adopts a listing: the MD5 of its UTF-8 text, the text of an integer being decimal, as a number of 128
     * bits whose first digits weigh most, modulo the number of batches. Everyone comes to the same without a word, in
     * every table.
     */
    public static int adopter(String listing, int batches) {
        try {
            byte[] hash = MessageDigest.getInstance("MD5").digest(listing.getBytes(StandardCharsets.UTF_8));
            return new BigInteger(1, hash).mod(BigInteger.valueOf(batches)).intValue();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
