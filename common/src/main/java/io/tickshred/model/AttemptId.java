package io.tickshred.model;

import java.security.SecureRandom;
import java.util.regex.Pattern;

/** Identity of one attempt at one task: 12 random hexadecimal digits. Two attempts never write under the same key. */
public record AttemptId(String value) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{12}");
    private static final SecureRandom RANDOM = new SecureRandom();

    public AttemptId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("attempt id must be 12 hexadecimal digits: " + value);
        }
    }

    public static AttemptId create() {
        return new AttemptId("%012x".formatted(RANDOM.nextLong() & 0xffff_ffff_ffffL));
    }

    @Override
    public String toString() {
        return value;
    }
}
