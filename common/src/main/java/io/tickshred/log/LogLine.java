package io.tickshred.log;

import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.PlanId;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One line of the log: a message that is the same each time, and what differs under keys. Written by {@link #write}.
 */
public final class LogLine {
    private LoggingEventBuilder event;
    private final String message;

    private LogLine(Logger log, Level level, String message) {
        this.event = log.atLevel(level);
        this.message = message;
    }

    public static LogLine info(Logger log, String message) {
        return new LogLine(log, Level.INFO, message);
    }

    public static LogLine warn(Logger log, String message) {
        return new LogLine(log, Level.WARN, message);
    }

    public static LogLine error(Logger log, String message) {
        return new LogLine(log, Level.ERROR, message);
    }

    /** A day is in a state from now on: the one line that is written about it, by whoever decides it. */
    public static LogLine state(Logger log, Day day, PlanId plan, DayState state) {
        String text = state.name().toLowerCase(Locale.ROOT);
        return new LogLine(log, state == DayState.FAILED ? Level.ERROR : Level.INFO, "Day " + text)
                .day(day)
                .with(LogKey.PLAN, plan)
                .with(LogKey.STATE, text);
    }

    /** With a value; an empty {@link Optional} or null leaves the key out. */
    public LogLine with(LogKey key, @Nullable Object value) {
        Object given = value instanceof Optional<?> optional ? optional.orElse(null) : value;
        if (given != null) {
            event = event.addKeyValue(key.text(), given instanceof Number ? given : given.toString());
        }
        return this;
    }

    public LogLine day(Day day) {
        return with(LogKey.DATASET, day.dataset()).with(LogKey.DATE, day.date());
    }

    /** With all of these; keys that are not of the vocabulary are refused. */
    public LogLine where(Map<String, String> where) {
        where.forEach((key, value) -> with(LogKey.of(key), value));
        return this;
    }

    public LogLine cause(@Nullable Throwable cause) {
        if (cause != null) {
            event = event.setCause(cause);
        }
        return this;
    }

    public void write() {
        event.log(message);
    }
}
