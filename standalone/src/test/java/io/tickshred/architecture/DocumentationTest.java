package io.tickshred.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.transport.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents name is there. */
class DocumentationTest {
    private static final Path ROOT = Path.of(System.getProperty("tickshred.root", ".."));
    private static final Pattern TYPE_NAME = Pattern.compile("`([A-Z][a-z]+(?:[A-Z0-9][a-z0-9]*)+)(?:#\\w+)?`");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)\\)");
    private static final Set<String> NOT_OURS = Set.of("KafkaShareConsumer");

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/design"})
    void everyTypeThatADocumentNamesExists(String document) throws IOException {
        Set<String> known = sources();

        for (Path page : pages(ROOT.resolve(document))) {
            Set<String> named = find(TYPE_NAME, Files.readString(page));
            named.removeAll(NOT_OURS);
            named.removeAll(known);
            assertThat(named)
                    .as("types named in " + page + " that do not exist")
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"})
    void everyLinkedFileExists(String document) throws IOException {
        for (String target : find(LINK, Files.readString(ROOT.resolve(document)))) {
            assertThat(ROOT.resolve(target)).exists();
        }
    }

    @Test
    void theTopicTableListsEveryTopic() throws IOException {
        String architecture = Files.readString(ROOT.resolve("ARCHITECTURE.md"));

        for (Topic topic : Topic.values()) {
            assertThat(architecture).contains("`" + topic.baseName() + "`");
        }
    }

    private static List<Path> pages(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            return files.filter(file -> file.toString().endsWith(".md")).toList();
        }
    }

    private static Set<String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
    }

    private static Set<String> find(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
