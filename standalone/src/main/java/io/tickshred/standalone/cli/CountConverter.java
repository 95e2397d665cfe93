package io.tickshred.standalone.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads whole numbers of at least 1 for picocli, with {@code _} or {@code ,} between digits and {@code k} or {@code M}
 * after them.
 */
final class CountConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
        String digits = text.replaceAll("[_,]", "");
        long unit = 1;
        if (digits.matches("[0-9]+[kKmM]")) {
            unit = Character.toLowerCase(digits.charAt(digits.length() - 1)) == 'k' ? 1_000 : 1_000_000;
            digits = digits.substring(0, digits.length() - 1);
        }
        try {
            long count = Math.multiplyExact(Long.parseLong(digits), unit);
            if (count >= 1) {
                return count;
            }
        } catch (NumberFormatException | ArithmeticException e) {
            // told below, as for a number that is too small
        }
        throw new TypeConversionException(
                "must be a whole number of at least 1, such as 2000000, 2_000_000 or 2M: '" + text + "'");
    }
}
