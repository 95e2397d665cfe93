package io.tickshred.standalone.cli;

import java.util.regex.Pattern;

/** A word of a command that is shown to be pasted into a shell. */
final class ShellWord {
    private static final Pattern BARE = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private ShellWord() {}

    /** The word as a POSIX shell has to be given it: in quotes where it would be taken for something else. */
    static String of(String word) {
        return BARE.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
