package io.tickshred.message;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The exact line that a person reads of a manifest that is none. */
class ManifestCodecTest {
    private final ManifestCodec codec = new ManifestCodec();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | it is empty",
                "{} | format: must be given",
                "[] | it is no JSON object",
                "null | it is no JSON object",
                "{ | Unexpected end-of-input: expected close marker for Object (start marker at line: 1, column: 1)",
                "{\"format\": 1, | Unexpected end-of-input within/between Object entries (line: 1, column: 14)",
                "{\"format\": \"x\"} | format: must be a whole number: x",
                "{\"format\": 1, \"plan\": \"p\"} | plan: plan id must be 16 characters of base 32: p",
            })
    void aDamagedManifestSaysWhereItLiesWhatIsWrongAndWhatToDo(String json, String why) {
        assertThatThrownBy(() -> codec.decode(json.getBytes(StandardCharsets.UTF_8), "s3://out/us/manifest.json"))
                .isInstanceOf(DamagedManifestException.class)
                .hasMessage("the manifest s3://out/us/manifest.json is damaged: " + why
                        + "; restore it from a copy, or delete it and run the day again");
    }

    @Test
    void aManifestOfALaterVersionIsNotTakenForDamaged() {
        assertThatThrownBy(() -> codec.decode("{\"format\": 2}".getBytes(StandardCharsets.UTF_8), "m"))
                .hasMessage("m: is of format 2, this version reads format 1; use the tickshred that published it");
    }
}
