package io.tickshred.model;

import java.util.Optional;

/**
 * Which days of a range a dataset has by rule. It decides nothing about the rows of a day, so it is no part of the
 * dataset's fingerprint.
 *
 * @param holidays location of a holiday file: {@code s3://bucket/key} or a path; read when a range is asked for
 */
public record CalendarPolicy(WeekendRule weekends, Optional<String> holidays) {
    /** Every day of the week that has objects. */
    public static final CalendarPolicy DEFAULT = new CalendarPolicy(WeekendRule.AUTO, Optional.empty());
}
