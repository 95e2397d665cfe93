package io.tickshred.model;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * Identity of one attempt at one day: 10 characters of time in milliseconds and 6 random ones, in lower-case Crockford
 * base 32. The text order of two ids is the order of their creation to the millisecond, so that of two plans for a day
 * the newer is known without a clock. Only the planner creates one.
 */
public record PlanId(String value) implements Comparable<PlanId> {
    private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final Pattern FORM = Pattern.compile("[0-9a-hjkmnp-tv-z]{16}");
    private static final SecureRandom RANDOM = new SecureRandom();

    public PlanId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("plan id must be 16 characters of base 32: " + value);
        }
    }

    /** A new id, ordered after every id made at an earlier millisecond. */
    public static PlanId create(Instant now) {
        StringBuilder text = new StringBuilder(16);
        long millis = now.toEpochMilli();
        for (int shift = 45; shift >= 0; shift -= 5) {
            text.append(DIGITS.charAt((int) (millis >>> shift) & 31));
        }
        for (int i = 0; i < 6; i++) {
            text.append(DIGITS.charAt(RANDOM.nextInt(32)));
        }
        return new PlanId(text.toString());
    }

    /** When it was made, to the millisecond, by the planner's clock. */
    public Instant createdAt() {
        long millis = 0;
        for (int i = 0; i < 10; i++) {
            millis = millis << 5 | DIGITS.indexOf(value.charAt(i));
        }
        return Instant.ofEpochMilli(millis);
    }

    @Override
    public int compareTo(PlanId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
