package io.tickshred.standalone.meters;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The metrics and labels that an expression of Prometheus names.
 *
 * @param selected labels in braces by the metric that they stand behind
 * @param grouped labels of {@code by} and {@code on}
 */
record PromQuery(Map<String, Set<String>> selected, Set<String> grouped) {
    private static final Pattern TEXT = Pattern.compile("\"[^\"]*\"");
    private static final Pattern GROUPING =
            Pattern.compile("\\b(?:by|on|without|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
    private static final Pattern METRIC =
            Pattern.compile("(?<![\\w:])([a-z][a-z0-9_]*(?::[a-z0-9_]+)?)\\s*(\\{[^}]*})?(?!\\s*\\()(?![\\w:])");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)\\s*(?:=~|!~|!=|=)");
    private static final Set<String> WORDS =
            Set.of("and", "or", "unless", "offset", "by", "on", "without", "ignoring", "bool", "m", "h", "s", "d");

    static PromQuery parse(String expression) {
        String text = TEXT.matcher(expression).replaceAll("\"\"");
        Set<String> grouped = new TreeSet<>();
        Matcher grouping = GROUPING.matcher(text);
        while (grouping.find()) {
            for (String label : grouping.group(1).split(",")) {
                if (!label.isBlank()) {
                    grouped.add(label.strip());
                }
            }
        }
        Map<String, Set<String>> selected = new LinkedHashMap<>();
        Matcher metric = METRIC.matcher(GROUPING.matcher(text)
                .replaceAll(" ")
                .replaceAll("\\[[^]]*]", " ")
                .replaceAll("offset\\s+\\w+", " "));
        while (metric.find()) {
            if (WORDS.contains(metric.group(1))) {
                continue;
            }
            Set<String> labels = selected.computeIfAbsent(metric.group(1), name -> new LinkedHashSet<>());
            if (metric.group(2) != null) {
                Matcher label = LABEL.matcher(metric.group(2));
                while (label.find()) {
                    labels.add(label.group(1));
                }
            }
        }
        return new PromQuery(selected, grouped);
    }
}
