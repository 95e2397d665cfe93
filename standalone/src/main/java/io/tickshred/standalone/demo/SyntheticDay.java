package io.tickshred.standalone.demo;

import java.time.LocalDate;

/**
 * What a synthetic day is made of. Equal days give equal files, whatever the number of threads that make them.
 *
 * @param rows trades over all venues
 * @param listings listings over all venues: a ticker has one on each of up to five venues
 * @param seed of all that looks random
 */
public record SyntheticDay(LocalDate date, long rows, int listings, long seed) {
    public SyntheticDay {
        if (rows < 1) {
            throw new IllegalArgumentException("rows must be at least 1: " + rows);
        }
        if (listings < 60 || listings > 600_000) {
            throw new IllegalArgumentException("listings must lie between 60 and 600,000: " + listings);
        }
    }
}
