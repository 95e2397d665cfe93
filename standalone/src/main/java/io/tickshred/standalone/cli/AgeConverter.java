package io.tickshred.standalone.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Hours or days: {@code 12h}, {@code 2d}. */
final class AgeConverter implements ITypeConverter<Duration> {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,5})([hd])");

    @Override
    public Duration convert(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new TypeConversionException("write hours or days, such as 12h or 2d: '" + text + "'");
        }
        long number = Long.parseLong(form.group(1));
        if (number == 0) {
            throw new TypeConversionException("must be at least 1h: '" + text + "'");
        }
        return form.group(2).equals("h") ? Duration.ofHours(number) : Duration.ofDays(number);
    }
}
