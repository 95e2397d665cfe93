package io.tickshred.model;

/**
 * Where the wanted listings are listed: an object of the input, Parquet or CSV by its ending, and its listing column.
 *
 * @param source key relative to the input, with {@code {date} {yyyy} {MM} {dd}}
 */
public record UniverseDefinition(String source, String listing) {
    public UniverseDefinition {
        if (!source.endsWith(".csv") && !source.endsWith(".parquet")) {
            throw new IllegalArgumentException("universe source must end in .csv or .parquet: " + source);
        }
    }
}
