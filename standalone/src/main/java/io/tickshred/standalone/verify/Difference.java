package io.tickshred.standalone.verify;

/**
 * Something that is not as the manifest says.
 *
 * @param object full URI of the object at fault; the manifest's own when it disagrees with itself
 * @param problem what was expected against what was found
 */
public record Difference(String object, String problem) {
    static Difference of(String object, String what, Object expected, Object found) {
        return new Difference(object, what + ": the manifest says " + expected + ", found " + found);
    }

    @Override
    public String toString() {
        return object + ": " + problem;
    }
}
