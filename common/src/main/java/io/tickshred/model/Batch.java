package io.tickshred.model;

import java.util.List;

/** One batch of the batch map: its number from 0 and its listings, in listing order, as text. */
public record Batch(int number, List<String> listings) {
    public Batch {
        listings = List.copyOf(listings);
        if (number < 0) {
            throw new IllegalArgumentException("a batch's number must not be negative: " + number);
        }
    }
}
