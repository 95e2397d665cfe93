package io.tickshred.model;

import java.util.Optional;

/**
 * A Parquet or CSV object that a user supplies for each date, told apart by its ending.
 *
 * @param location URI of the store; the dataset's input where it is empty
 * @param source key in it, with {@code {date} {yyyy} {MM} {dd}}
 */
public record ObjectTemplate(Optional<String> location, String source) {
    public ObjectTemplate {
        if (!source.endsWith(".csv") && !source.endsWith(".parquet")) {
            throw new IllegalArgumentException("source must end in .csv or .parquet: " + source);
        }
    }

    public boolean csv() {
        return source.endsWith(".csv");
    }
}
