package io.tickshred.schema;

import io.tickshred.model.SourceColumn;
import io.tickshred.parquet.Footer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a table's definition wants of its sources' columns.
 *
 * @param table the table's name, for messages
 * @param all whether all columns are taken
 * @param read lower-case names of the columns that are referred to
 * @param required what every object must have, by lower-case name, and what it is for: the listing, what the order is
 *     made of, and what the filter asks for unless it is declared
 * @param declared columns whose types are given
 */
public record Wanted(
        String table, boolean all, Set<String> read, Map<String, String> required, List<SourceColumn> declared) {
    /** What a column is for that the filter asks for: an object may lack it if it is declared. */
    public static final String FILTER_COLUMN = "filter column";

    public Wanted {
        read = lowerCase(read);
        required = required.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(e -> lowerCase(e.getKey()), Map.Entry::getValue, (a, b) -> a));
        declared = List.copyOf(declared);
    }

    private static Set<String> lowerCase(Set<String> names) {
        return names.stream().map(Wanted::lowerCase).collect(Collectors.toUnmodifiableSet());
    }

    private static String lowerCase(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** Whether a column is wanted, so far as its name tells: of several that differ in case alone one is meant. */
    boolean mayBe(String column) {
        return all || read.contains(lowerCase(column));
    }

    /** The columns of an object that are wanted, in its order. */
    public Set<String> of(Footer footer) {
        return footer.columns().stream()
                .map(Footer.Column::name)
                .filter(this::mayBe)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** What every object must have the column for, if it must. */
    Optional<String> purpose(String column) {
        return Optional.ofNullable(required.get(lowerCase(column)));
    }

    Optional<SourceColumn> declared(String column) {
        return declared.stream().filter(c -> c.name().equals(column)).findFirst();
    }
}
