package io.tickshred.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.model.Day;
import io.tickshred.model.PlanId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageCodecTest {
    private final MessageCodec codec = new MessageCodec();

    @Test
    void typeAndVersionStandFirstInTheText() {
        PlanId plan = PlanId.create(Instant.EPOCH);

        byte[] text = codec.encode(new DiscardTask(plan, new Day("eq", LocalDate.of(2026, 1, 5)), true));

        assertThat(text)
                .asString(UTF_8)
                .isEqualTo("{\"type\":\"discard-task\",\"version\":1,\"plan\":\"" + plan
                        + "\",\"day\":{\"dataset\":\"eq\",\"date\":\"2026-01-05\"},\"output\":true}");
    }

    @Test
    void anUnknownFieldIsIgnoredAtAnyDepth() throws Exception {
        Message plain = codec.decode(golden("discard-task"));

        Message extended = codec.decode(new String(golden("discard-task"), UTF_8)
                .replace("\"dataset\"", "\"colour\": [{\"of\": \"money\"}], \"dataset\"")
                .getBytes(UTF_8));

        assertThat(extended).isEqualTo(plain);
    }

    @Test
    void anUnknownTypeIsRefusedByName() {
        assertRefused("{\"type\":\"shred-everything\",\"version\":1}", "unknown message type: shred-everything");
        assertRefused("{\"version\":1}", "unknown message type: none");
    }

    @Test
    void anUnknownVersionIsRefusedWithWhatToDo() {
        assertRefused(
                "{\"type\":\"plan-request\",\"version\":2,\"dataset\":\"eq\",\"date\":\"2026-01-05\"}",
                "plan-request has version 2, this service reads version 1: upgrade it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"one\"", "1.5", "null", "true", "{}", "4294967297"})
    void aVersionThatIsNotTheNumberOneIsRefused(String version) {
        assertRefused(
                "{\"type\":\"plan-request\",\"version\":" + version + ",\"dataset\":\"eq\",\"date\":\"2026-01-05\"}",
                "plan-request has version " + version);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "[]", "7", "null", "\"plan-request\""})
    void whatIsNoJsonObjectIsRefused(String text) {
        assertRefused(text, "a message must be a JSON object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"type\":", "<plan/>", "{\"type\":\"plan-superseded\"} and more"})
    void whatIsNoJsonIsRefused(String text) {
        assertRefused(text, "not a valid message");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plan", "day", "output"})
    void aMissingOrNullFieldIsRefusedByName(String field) throws IOException {
        String text = new String(golden("discard-task"), UTF_8);

        assertRefused(text.replace("\"" + field + "\"", "\"no-" + field + "\""), field);
        assertRefused(text.replaceFirst("(?s)\"" + field + "\": (\\{.*?}|[^,\\n]*)", "\"" + field + "\": null"), field);
    }

    @Test
    void aMissingFieldOfANestedRecordIsRefusedByName() throws IOException {
        String text = new String(golden("chunk-result"), UTF_8);

        assertRefused(text.replace("\"etag\"", "\"tag\""), "etag");
        assertRefused(text.replace("\"rowGroups\"", "\"groups\""), "rowGroups");
        assertRefused(text.replace("\"slices\"", "\"pieces\""), "slices");
    }

    @Test
    void aValueThatItsRecordRefusesIsRefusedWithTheRecordsWords() {
        assertRefused(
                "{\"type\":\"plan-request\",\"dataset\":\"../eq\",\"date\":\"2026-01-05\"}",
                "dataset must be 1 to 63 of a-z, 0-9, _ and -");
        assertRefused("{\"type\":\"plan-request\",\"dataset\":\"eq\",\"date\":\"05.01.2026\"}", "05.01.2026");
    }

    @Test
    void aModeThatThereIsNotIsRefusedWithThoseThereAre() {
        assertRefused(
                "{\"type\":\"plan-request\",\"dataset\":\"eq\",\"date\":\"2026-01-05\",\"mode\":\"fast\"}",
                "mode: must be one of shred, naive, auto: fast");
    }

    @Test
    void aFieldThatWantsAListSaysSo() {
        String request = "{\"type\":\"plan-request\",\"dataset\":\"eq\",\"date\":\"2026-01-05\",";

        assertRefused(request + "\"exclude\":\"x\"}", "exclude: must be a list, such as [\"a\", \"b\"]");
        assertRefused(request + "\"tables\":{}}", "tables: must be a list, such as [\"a\", \"b\"]");
    }

    @Test
    void aPersonMayLeaveOutTypeVersionAndAllOptions() throws Exception {
        Message request = codec.decode("{\"dataset\":\"eq\",\"date\":\"2026-01-05\"}".getBytes(UTF_8), "plan-request");

        assertThat(request).isEqualTo(PlanRequest.of("eq", LocalDate.of(2026, 1, 5), false, List.of(), List.of()));
    }

    @Test
    void anUnknownFieldOfAPersonsRequestIsRefusedAndOfAServicesIsNot() throws Exception {
        String byHand = "{\"dataset\":\"eq\",\"date\":\"2026-01-05\",\"forse\":true}";
        byte[] byService =
                byHand.replace("{", "{\"type\":\"plan-request\",\"version\":1,").getBytes(UTF_8);

        Message request = codec.decode(byService, "plan-request");

        assertThat(request).isEqualTo(PlanRequest.of("eq", LocalDate.of(2026, 1, 5), false, List.of(), List.of()));
        assertThatThrownBy(() -> codec.decode(byHand.getBytes(UTF_8), "plan-request"))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("unknown field forse; known: dataset, date, force, tables, exclude, range, mode; did you"
                        + " mean force?");
    }

    private void assertRefused(String text, String reason) {
        assertThatThrownBy(() -> codec.decode(text.getBytes(UTF_8)))
                .as(text)
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining(reason);
    }

    private static byte[] golden(String name) throws IOException {
        return Files.readAllBytes(Path.of("src/test/resources/messages/v1/" + name + ".json"));
    }
}
