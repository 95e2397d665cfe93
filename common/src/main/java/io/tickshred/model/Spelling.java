package io.tickshred.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** What a person may have meant by a name that there is not. */
public final class Spelling {
    /** From here on a name may have two slips of the pen; in a shorter one two would make another name of it. */
    private static final int LONG = 6;

    private Spelling() {}

    /** The known name that is nearest, if it is at most two slips away; letters that changed places are one. */
    public static Optional<String> meant(String name, Collection<String> known) {
        int allowed = name.length() < LONG ? 1 : 2;
        return known.stream()
                .filter(other -> slips(name, other) <= allowed)
                .min(Comparator.comparingInt((String other) -> slips(name, other))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** {@code "; did you mean tables?"}, or nothing. */
    public static String hint(String name, Collection<String> known) {
        return meant(name, known).map(other -> "; did you mean " + other + "?").orElse("");
    }

    /** Letters to put in, leave out, change or swap with their neighbour; case counts for nothing. */
    private static int slips(String a, String b) {
        int[][] least = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    least[i][j] = i + j;
                    continue;
                }
                int change = same(a, i, b, j) ? 0 : 1;
                least[i][j] = Math.min(Math.min(least[i - 1][j], least[i][j - 1]) + 1, least[i - 1][j - 1] + change);
                if (i > 1 && j > 1 && same(a, i, b, j - 1) && same(a, i - 1, b, j)) {
                    least[i][j] = Math.min(least[i][j], least[i - 2][j - 2] + 1);
                }
            }
        }
        return least[a.length()][b.length()];
    }

    private static boolean same(String a, int i, String b, int j) {
        return Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
    }
}
