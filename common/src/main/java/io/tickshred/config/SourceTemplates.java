package io.tickshred.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks the templates of object keys when they are read from a file, before a planner lists anything by them. */
final class SourceTemplates {
    static final Set<String> OF_DATE = Set.of("date", "yyyyMMdd", "yyyy", "MM", "dd");
    static final Set<String> OF_TABLE =
            Set.of("table", "date", "yyyyMMdd", "yyyy", "MM", "dd", "mic", "MIC", "folder", "prefix");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");

    private SourceTemplates() {}

    /**
     * Checks one template.
     *
     * @throws IllegalArgumentException if it has an unknown placeholder, stray braces, leaves the input, or says no
     *     date or, where it is of one object, several
     */
    static void check(String template, Set<String> known) {
        Matcher matcher = PLACEHOLDER.matcher(template);
        while (matcher.find()) {
            if (!known.contains(matcher.group(1))) {
                throw new IllegalArgumentException("unknown placeholder {" + matcher.group(1) + "}; there are: {"
                        + String.join("} {", new TreeSet<>(known)) + "}");
            }
        }
        if (matcher.replaceAll("").matches(".*[{}].*")) {
            throw new IllegalArgumentException("a brace has no partner in '" + template + "'");
        }
        if (template.startsWith("/") || List.of(template.split("/")).contains("..") || template.contains("://")) {
            throw new IllegalArgumentException(
                    "must be relative to the dataset's input, without '/' at the start or '..': '" + template + "'");
        }
        if (known.equals(OF_DATE) && template.contains("*")) {
            throw new IllegalArgumentException("names one object for each date, which has no '*': '" + template + "'");
        }
        boolean dated = template.contains("{date}")
                || template.contains("{yyyyMMdd}")
                || template.contains("{yyyy}") && template.contains("{MM}") && template.contains("{dd}");
        if (known.equals(OF_TABLE) && !dated) {
            throw new IllegalArgumentException(
                    "must contain {date}, {yyyyMMdd}, or {yyyy}, {MM} and {dd}, so that days do not mix: '" + template
                            + "'");
        }
    }

    /**
     * Puts a table's settings into a template that was checked.
     *
     * @throws IllegalArgumentException if a setting that the template asks for is not there, or is no literal text
     */
    static String filled(String template, Map<String, Optional<String>> settings) {
        String filled = template;
        for (Map.Entry<String, Optional<String>> setting : settings.entrySet()) {
            String placeholder = "{" + setting.getKey() + "}";
            if (filled.contains(placeholder)) {
                String value = setting.getValue()
                        .orElseThrow(() -> new IllegalArgumentException("has " + placeholder
                                + ", but the table has no field '" + setting.getKey() + "': add it"));
                if (value.matches(".*[{}*].*")) {
                    throw new IllegalArgumentException(
                            "field '" + setting.getKey() + "' must be a text without { } and *: '" + value + "'");
                }
                filled = filled.replace(placeholder, value);
            }
        }
        return filled;
    }
}
