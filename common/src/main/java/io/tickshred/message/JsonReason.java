package io.tickshred.message;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

/** Says in a person's words what a JSON document lacks: the field's path, and what is wrong with it. */
final class JsonReason {
    private JsonReason() {}

    static String of(JacksonException e) {
        String what = what(e);
        if (e instanceof JsonParseException && e.getLocation() != null && !what.contains("line: ")) {
            return what + " (line: " + e.getLocation().getLineNr() + ", column: "
                    + e.getLocation().getColumnNr() + ")";
        }
        if (!(e instanceof JsonMappingException mapping) || mapping.getPath().isEmpty()) {
            return what;
        }
        return path(mapping) + ": " + what;
    }

    private static String what(JacksonException e) {
        if (e.getCause() instanceof IllegalArgumentException refused && refused.getMessage() != null) {
            return refused.getMessage();
        }
        if (e.getCause() instanceof DateTimeException && e instanceof InvalidFormatException wrong) {
            return "must be such as " + (wrong.getTargetType() == Instant.class ? "2013-10-07T00:00:00Z" : "2013-10-07")
                    + ": " + wrong.getValue();
        }
        if (e instanceof InvalidFormatException wrong && wrong.getTargetType().isEnum()) {
            return "must be one of "
                    + Arrays.stream(wrong.getTargetType().getEnumConstants())
                            .map(value -> value.toString().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", "))
                    + ": " + wrong.getValue();
        }
        if (e instanceof MismatchedInputException wrong
                && wrong.getTargetType() != null
                && Collection.class.isAssignableFrom(wrong.getTargetType())) {
            return "must be a list, such as [\"a\", \"b\"]";
        }
        if (e instanceof InvalidFormatException wrong
                && (wrong.getTargetType() == int.class || wrong.getTargetType() == long.class)) {
            return "must be a whole number: " + wrong.getValue();
        }
        String text = String.valueOf(e.getOriginalMessage())
                .replaceAll("\\[Source: [^;]*; (line: \\d+, column: \\d+)]", "$1");
        if (text.startsWith("Null value for creator property") || text.startsWith("Cannot map `null`")) {
            return "must be given";
        }
        return text.lines().findFirst().orElse("no reason given");
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                .collect(Collectors.joining())
                .replaceFirst("^\\.", "");
    }
}
