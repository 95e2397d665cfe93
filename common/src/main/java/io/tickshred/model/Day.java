package io.tickshred.model;

import java.time.LocalDate;

/** One trading day of one dataset: what a user asks for, and the key of its messages as {@code dataset/date}. */
public record Day(String dataset, LocalDate date) {
    public Day {
        Names.checked("dataset", dataset);
    }

    @Override
    public String toString() {
        return dataset + "/" + date;
    }
}
