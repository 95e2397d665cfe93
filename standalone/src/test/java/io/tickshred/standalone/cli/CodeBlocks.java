package io.tickshred.standalone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Code in the documents, so that what they show is what tests run. */
final class CodeBlocks {
    private final String document;

    private CodeBlocks(String document) {
        this.document = document;
    }

    /** Of a document under {@code docs/}. */
    static CodeBlocks of(String name) throws IOException {
        return new CodeBlocks(Files.readString(Path.of("..", "docs", name)));
    }

    /** The blocks of a language below a heading, as they stand; never none. */
    List<String> of(String heading, String language) {
        String section = Pattern.compile("(?m)^## ")
                .splitAsStream(document)
                .filter(text -> text.startsWith(heading + "\n"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no heading '" + heading + "'"));
        List<String> blocks = Pattern.compile("(?s)```" + language + "\n(.*?)```")
                .matcher(section)
                .results()
                .map(match -> match.group(1))
                .toList();
        if (blocks.isEmpty()) {
            throw new AssertionError("no code in " + language + " below '" + heading + "'");
        }
        return blocks;
    }
}
