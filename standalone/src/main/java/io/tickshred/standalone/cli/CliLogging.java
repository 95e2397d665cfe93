package io.tickshred.standalone.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import io.tickshred.log.PlainLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * Where a command's log goes: everything of note with stack traces to a file, and the project's own warnings and errors
 * as one line each to the person. Libraries speak to the file alone.
 */
final class CliLogging {
    private static final String OWN = "io.tickshred";

    /**
     * How lines begin that the command tells in its own way, or that are part of what it tells, or that are an answer
     * to somebody else, who is told it.
     */
    private static final List<String> ABOUT_A_DAY = List.of("Day ", "Task failed", "Aggregate refused");

    private CliLogging() {}

    /** Silence, until a file is known: a command line that only prints help writes no log. */
    static void quiet() {
        LoggerContext context = context();
        context.reset();
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
    }

    /** From now on into this file, which is begun anew. */
    static void toFile(Path file) {
        LoggerContext context = context();
        context.reset();
        PlainLayout layout = new PlainLayout(true);
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setContext(context);
        appender.setName("file");
        appender.setFile(file.toString());
        appender.setAppend(false);
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(appender);
        context.getLogger(OWN).setLevel(Level.INFO);
    }

    /**
     * Hands own warnings and errors to the person too, one line each, from any thread. What is said of a whole day is
     * left out, because a day's end with its reason is what the command itself shows.
     */
    static void alsoTo(Consumer<String> person) {
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                if (ABOUT_A_DAY.stream().anyMatch(event.getFormattedMessage()::startsWith)) {
                    return;
                }
                String line = PlainLayout.text(event).strip().replaceAll("\\s*\\R\\s*", " ");
                person.accept(
                        "tickshred: " + (event.getLevel().isGreaterOrEqual(Level.ERROR) ? "" : "warning: ") + line);
            }
        };
        appender.setContext(context());
        appender.setName("person");
        ThresholdFilter filter = new ThresholdFilter();
        filter.setLevel(Level.WARN.levelStr);
        filter.start();
        appender.addFilter(filter);
        appender.start();
        context().getLogger(OWN).addAppender(appender);
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }
}
