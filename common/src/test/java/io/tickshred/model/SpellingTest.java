package io.tickshred.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTest {
    private static final List<String> KNOWN = List.of("name", "tables", "exclude", "force", "order", "maxRows");

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "tabels, tables",
        "table, tables",
        "forse, force",
        "Force, force",
        "ordre, order",
        "exlcudes, exclude",
        "maxrow, maxRows",
        "naive, ''",
        "nmea, ''",
        "colour, ''",
        "a, ''",
    })
    void aNameThatIsASlipOrTwoAwayIsMeant(String written, String meant) {
        assertThat(Spelling.hint(written, KNOWN)).isEqualTo(meant.isEmpty() ? "" : "; did you mean " + meant + "?");
    }
}
