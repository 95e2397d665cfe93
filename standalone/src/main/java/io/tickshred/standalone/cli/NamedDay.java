package io.tickshred.standalone.cli;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A day as a person names it: its date alone, or with its dataset. */
record NamedDay(Optional<String> dataset, LocalDate date) {
    /** For picocli. */
    static final class Converter implements ITypeConverter<NamedDay> {
        @Override
        public NamedDay convert(String text) {
            int slash = text.lastIndexOf('/');
            try {
                return new NamedDay(
                        slash < 1 ? Optional.empty() : Optional.of(text.substring(0, slash)),
                        LocalDate.parse(text.substring(slash + 1).strip()));
            } catch (DateTimeParseException e) {
                throw new TypeConversionException("not a day: '" + text + "'; write 2024-01-02, or trades/2024-01-02");
            }
        }
    }
}
