package io.tickshred.model;

import java.util.regex.Pattern;

/** The one rule for names of datasets and tables, which appear in object keys, topics' keys and metrics' tags. */
final class Names {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

    private Names() {}

    static String checked(String what, String name) {
        if (!FORM.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    what + " must be 1 to 63 of a-z, 0-9, _ and -, starting with a letter or digit: " + name);
        }
        return name;
    }
}
