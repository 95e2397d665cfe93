package io.tickshred.planner.discovery;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A template of object keys for one table and date: the longest literal prefix, which is what a store must list, and a
 * matcher over whole keys. {@code {table} {date} {yyyyMMdd} {yyyy} {MM} {dd}} stand for their values; {@code {mic}} for
 * one or more characters without a slash, the same wherever it stands, and {@code {MIC}} likewise for capital letters
 * and digits; {@code *} for any characters without a slash; {@code **} for any characters, and with a slash behind it
 * for any number of folders, none included. All else is literal.
 */
public final class SourceTemplate {
    private static final Pattern TOKEN = Pattern.compile("\\{([^{}]*)}|\\*\\*/|\\*\\*|\\*|[{}]|[^{}*]+");

    private final String template;
    private final String prefix;
    private final Pattern keys;

    private SourceTemplate(String template, String prefix, Pattern keys) {
        this.template = template;
        this.prefix = prefix;
        this.keys = keys;
    }

    /**
     * Compiles a template.
     *
     * @throws IllegalArgumentException if it has an unknown placeholder or a brace without a partner, or starts with a
     *     slash; the message quotes the template
     */
    public static SourceTemplate compile(String template, String table, LocalDate date) {
        if (template.isEmpty() || template.startsWith("/")) {
            throw new IllegalArgumentException(
                    "source template must be relative to the dataset's input, without a slash in front: '" + template
                            + "'");
        }
        StringBuilder prefix = new StringBuilder();
        StringBuilder regex = new StringBuilder();
        boolean literalSoFar = true;
        boolean micSeen = false;
        boolean capitalMicSeen = false;
        Matcher tokens = TOKEN.matcher(template);
        while (tokens.find()) {
            String token = tokens.group();
            String wildcard =
                    switch (token) {
                        case "*" -> "[^/]*";
                        case "**" -> ".*";
                        case "**/" -> "(?:.*/)?";
                        case "{mic}" -> micSeen ? "\\k<mic>" : "(?<mic>[^/]+)";
                        case "{MIC}" -> capitalMicSeen ? "\\k<capital>" : "(?<capital>[A-Z0-9]+)";
                        default -> "";
                    };
            micSeen |= token.equals("{mic}");
            capitalMicSeen |= token.equals("{MIC}");
            if (wildcard.isEmpty()) {
                String literal = literal(template, token, table, date);
                regex.append(Pattern.quote(literal));
                if (literalSoFar) {
                    prefix.append(literal);
                }
            } else {
                literalSoFar = false;
                regex.append(wildcard);
            }
        }
        return new SourceTemplate(template, prefix.toString(), Pattern.compile(regex.toString(), Pattern.DOTALL));
    }

    /** The text of a template that names just one key, such as a universe's. */
    public static String expand(String template, LocalDate date) {
        StringBuilder key = new StringBuilder();
        Matcher tokens = TOKEN.matcher(template);
        while (tokens.find()) {
            key.append(literal(template, tokens.group(), "{table}", date));
        }
        return key.toString();
    }

    private static String literal(String template, String token, String table, LocalDate date) {
        return switch (token) {
            case "{table}" -> table;
            case "{date}" -> date.toString();
            case "{yyyyMMdd}" -> date.format(DateTimeFormatter.BASIC_ISO_DATE);
            case "{yyyy}" -> "%04d".formatted(date.getYear());
            case "{MM}" -> "%02d".formatted(date.getMonthValue());
            case "{dd}" -> "%02d".formatted(date.getDayOfMonth());
            default -> {
                if (token.startsWith("{") || token.startsWith("}")) {
                    throw new IllegalArgumentException("source template '" + template + "' has "
                            + (token.length() == 1 ? "a brace without a partner" : "the unknown placeholder " + token)
                            + "; there are {table} {date} {yyyyMMdd} {yyyy} {MM} {dd} {mic} {MIC}");
                }
                yield token;
            }
        };
    }

    /** What every matching key starts with; may be empty. */
    public String prefix() {
        return prefix;
    }

    public boolean matches(String key) {
        return key.startsWith(prefix) && keys.matcher(key).matches();
    }

    /**
     * What stands for {@code {mic}} or {@code {MIC}} in a key that matches; empty where the template has neither or the
     * key does not match.
     */
    public Optional<String> market(String key) {
        Matcher matcher = keys.matcher(key);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return template.contains("{MIC}")
                ? Optional.of(matcher.group("capital"))
                : template.contains("{mic}") ? Optional.of(matcher.group("mic")) : Optional.empty();
    }

    /** The template as written. */
    @Override
    public String toString() {
        return template;
    }
}
