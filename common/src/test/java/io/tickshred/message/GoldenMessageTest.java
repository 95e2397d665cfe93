package io.tickshred.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The messages of version 1 as they were first written, read by new code forever. A file here is never changed: a new
 * field gets a new file beside it, {@code <type>.<what is special>.json}.
 */
class GoldenMessageTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final MessageCodec codec = new MessageCodec();

    @Test
    void everyMessageTypeHasAGoldenFile() throws IOException {
        List<String> types = Stream.of(Message.class.getPermittedSubclasses())
                .map(MessageCodec::typeName)
                .toList();

        List<String> golden = golden().stream()
                .map(file -> file.getFileName().toString().replaceAll("\\..*", ""))
                .distinct()
                .toList();

        assertThat(golden).containsExactlyInAnyOrderElementsOf(types);
    }

    @ParameterizedTest
    @MethodSource("golden")
    void aGoldenMessageIsReadAndWrittenBackWithAllItsFields(Path file) throws Exception {
        JsonNode golden = JSON.readTree(Files.readAllBytes(file));

        Message message = codec.decode(Files.readAllBytes(file));
        byte[] written = codec.encode(message);

        assertThat(MessageCodec.typeName(message.getClass()))
                .isEqualTo(file.getFileName().toString().replaceAll("\\..*", ""));
        assertThat(leaves(JSON.readTree(written))).containsAllEntriesOf(leaves(golden));
        assertThat(codec.decode(written)).isEqualTo(message);
    }

    static List<Path> golden() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/messages/v1"))) {
            return files.sorted().toList();
        }
    }

    /** Every value of a document by its JSON pointer, so that fields added later do not matter. */
    private static Map<String, JsonNode> leaves(JsonNode document) {
        Map<String, JsonNode> leaves = new TreeMap<>();
        collect("", document, leaves);
        return leaves;
    }

    private static void collect(String pointer, JsonNode node, Map<String, JsonNode> leaves) {
        if (node.isContainerNode() && !node.isEmpty()) {
            node.properties().forEach(field -> collect(pointer + "/" + field.getKey(), field.getValue(), leaves));
            for (int i = 0; node.isArray() && i < node.size(); i++) {
                collect(pointer + "/" + i, node.get(i), leaves);
            }
        } else {
            leaves.put(pointer, node);
        }
    }
}
