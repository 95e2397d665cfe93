package io.tickshred.model;

/** Numbers of things as a person says them. */
public final class Plural {
    private Plural() {}

    /** {@code 1 object}, {@code 1234 objects}. */
    public static String of(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }
}
