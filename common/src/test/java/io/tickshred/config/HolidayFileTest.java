package io.tickshred.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HolidayFileTest {
    private static final LocalDate NEW_YEAR = LocalDate.of(2024, 1, 1);
    private static final LocalDate CHRISTMAS = LocalDate.of(2024, 12, 25);

    @Test
    void plainDatesMayHaveNamesCommentsAndBlankLines() throws Exception {
        String text = "\uFEFF# NYSE\n\n2024-12-25 Christmas Day # always\n  2024-01-01\n";

        assertThat(HolidayFile.parse("nyse.txt", text))
                .containsEntry(NEW_YEAR, "holiday")
                .containsEntry(CHRISTMAS, "Christmas Day")
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "market,date,name|XNYS,2024-12-25,Christmas Day",
                "\"Date\";\"Name\"|\"2024-12-25\";\"Christmas Day\""
            })
    void csvIsReadByItsHeader(String header, String line) throws Exception {
        assertThat(HolidayFile.parse("nyse.csv", "# NYSE\n" + header + "\n\n" + line + "\n"))
                .containsExactly(java.util.Map.entry(CHRISTMAS, "Christmas Day"));
    }

    @ParameterizedTest
    @CsvSource({"25.12.2024", "2024-02-30", "2024-1-1", "tomorrow"})
    void aLineThatIsNoDateIsNamedByFileAndLine(String line) {
        assertThatThrownBy(() -> HolidayFile.parse("nyse.txt", "2024-01-01\n# next\n" + line + "\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("nyse.txt:3: not a date: '" + line + "'")
                .hasMessageContaining("write dates such as 2024-12-25");
    }

    @Test
    void aFirstLineOfOneQuotationMarkIsNoDateEither() {
        assertThatThrownBy(() -> HolidayFile.parse("nyse.csv", "\"\n2024-01-01\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("nyse.csv:1: not a date: '\"'");
    }

    @Test
    void aHeaderWithoutADateAndAFileWithoutDatesAreRefused() {
        assertThatThrownBy(() -> HolidayFile.parse("nyse.csv", "day,name\n2024-01-01,New Year"))
                .hasMessage(
                        "nyse.csv:1: neither a date nor a header with a column 'date': 'day,name'; write dates such as"
                                + " 2024-12-25");
        assertThatThrownBy(() -> HolidayFile.parse("empty.txt", "# nothing\n"))
                .hasMessageContaining("empty.txt: holds no date");
    }
}
