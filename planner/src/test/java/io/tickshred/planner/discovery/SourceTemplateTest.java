package io.tickshred.planner.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceTemplateTest {
    private static final LocalDate DATE = LocalDate.of(2013, 10, 7);

    @ParameterizedTest
    @CsvSource({
        "'{table}/date={date}/mic={mic}/*.parquet', trades/date=2013-10-07/mic=XNAS/part-0.parquet, true",
        "'{table}/date={date}/mic={mic}/*.parquet', trades/date=2013-10-07/mic=/part-0.parquet, false",
        "'{table}/date={date}/mic={mic}/*.parquet', trades/date=2013-10-07/mic=A/B/part-0.parquet, false",
        "'{table}/date={date}/mic={mic}/*.parquet', trades/date=2013-10-08/mic=XNAS/part-0.parquet, false",
        "'{table}/date={date}/mic={mic}/*.parquet', trades/date=2013-10-07/mic=XNAS/part-0.parquet.crc, false",
        "'date={date}/mic={mic}/*.parquet', trades/date=2013-10-07/mic=XNAS/part-0.parquet, false",
        "'{yyyy}/{MM}/{dd}/**/*.parquet', 2013/10/07/a.parquet, true",
        "'{yyyy}/{MM}/{dd}/**/*.parquet', 2013/10/07/x/y z/a.parquet, true",
        "'{yyyy}/{MM}/{dd}/**/*.parquet', 2013/10/07.parquet, false",
        "'{yyyy}{MM}{dd}**', 20131007/anything.txt, true",
        "'**{date}*', deep/er/2013-10-07.parquet, true",
        "'{mic}/{date}/{mic}-*.parquet', XNAS/2013-10-07/XNAS-1.parquet, true",
        "'{mic}/{date}/{mic}-*.parquet', XNAS/2013-10-07/ARCX-1.parquet, false",
        "'{table}.{date}.parquet', tradesX2013-10-07.parquet, false",
        "'T/{MIC}/{yyyy}/{MM}/{dd}/t-{MIC}-{yyyyMMdd}.parquet', T/XLON/2013/10/07/t-XLON-20131007.parquet, true",
        "'T/{MIC}/{yyyy}/{MM}/{dd}/t-{MIC}-{yyyyMMdd}.parquet', T/XLON/2013/10/07/t-XPAR-20131007.parquet, false",
        "'T/{MIC}/{yyyy}/{MM}/{dd}/t-{MIC}-{yyyyMMdd}.parquet', T/XLON/2013/10/07/t-XLON-20131008.parquet, false",
        "'T/{MIC}/{yyyyMMdd}.parquet', T/xlon/20131007.parquet, false",
        "'{MIC}/{mic}-{yyyyMMdd}.parquet', XLON/xlon-20131007.parquet, true",
        "'a+b(c)[d]^$|?/{date}*', a+b(c)[d]^$|?/2013-10-07é.parquet, true",
        "'\\Q{date}\\E*', \\Q2013-10-07\\E.parquet, true",
    })
    void matchesWholeKeys(String template, String key, boolean matches) {
        assertThat(SourceTemplate.compile(template, "trades", DATE).matches(key))
                .isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "'{table}/date={date}/mic={mic}/*.parquet', trades/date=2013-10-07/mic=",
        "'{yyyy}/{MM}/{dd}/**/*.parquet', 2013/10/07/",
        "'*/{date}', ''",
        "'{date}/all.parquet', 2013-10-07/all.parquet",
    })
    void listsTheLongestLiteralPrefix(String template, String prefix) {
        assertThat(SourceTemplate.compile(template, "trades", DATE).prefix()).isEqualTo(prefix);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{venue}/{date}", "{date", "date}", "a{}b", "/abs/{date}", ""})
    void refusesWhatItDoesNotKnowAndQuotesIt(String template) {
        assertThatThrownBy(() -> SourceTemplate.compile(template, "trades", DATE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + template + "'");
    }

    @Provide
    Arbitrary<String> parts() {
        return Arbitraries.strings()
                .withChars("ab.*+?()[]\\^$|é =%#&")
                .ofMinLength(1)
                .ofMaxLength(8);
    }

    @Property
    void aTemplateMatchesTheKeysMadeFromItAndTheyStartWithItsPrefix(
            @ForAll("parts") String folder, @ForAll("parts") String mic, @ForAll("parts") String file) {
        String literal = folder.replace("*", "_");
        SourceTemplate template =
                SourceTemplate.compile(literal + "/{date}/mic={mic}/**/*-{yyyy}.parquet", "trades", DATE);

        for (String middle : new String[] {"", "x/", "x/y/"}) {
            String key = literal + "/2013-10-07/mic=" + mic + "/" + middle + file + "-2013.parquet";
            assertThat(template.matches(key)).as(key).isTrue();
            assertThat(key).startsWith(template.prefix());
            assertThat(template.matches(key + "x")).isFalse();
            assertThat(template.matches("x" + key)).isFalse();
        }
    }

    @Test
    void anotherDayOfTheSameTemplateNeverMatches() {
        SourceTemplate template = SourceTemplate.compile("**/{yyyy}-{MM}-{dd}/*", "trades", DATE);

        assertThat(template.matches("t/2013-10-08/a")).isFalse();
        assertThat(template.matches("t/2013-10-07/a")).isTrue();
    }
}
