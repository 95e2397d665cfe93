package io.tickshred.log;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/**
 * A line for people: time, level, logger, message, then {@code key=value}, in quotes where a value has spaces. A stack
 * trace follows on lines of its own.
 */
public final class PlainLayout extends LayoutBase<ILoggingEvent> {
    static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final ThrowableProxyConverter stack = new ThrowableProxyConverter();
    private final boolean withThread;

    public PlainLayout() {
        this(false);
    }

    /** @param withThread names the thread in brackets, too */
    public PlainLayout(boolean withThread) {
        this.withThread = withThread;
    }

    @Override
    public void start() {
        stack.start();
        super.start();
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder()
                .append(TIME.format(Instant.ofEpochMilli(event.getTimeStamp())))
                .append(' ')
                .append(String.format("%-5s", event.getLevel()))
                .append(' ');
        if (withThread) {
            line.append('[').append(event.getThreadName()).append("] ");
        }
        String logger = event.getLoggerName();
        line.append(logger.substring(logger.lastIndexOf('.') + 1)).append(' ');
        return line.append(text(event))
                .append(System.lineSeparator())
                .append(stack.convert(event))
                .toString();
    }

    /** Message and keys of an event, without time and place. */
    public static String text(ILoggingEvent event) {
        StringBuilder text = new StringBuilder(event.getFormattedMessage());
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) {
            for (KeyValuePair pair : pairs) {
                text.append(' ').append(pair.key).append('=').append(quoted(String.valueOf(pair.value)));
            }
        }
        return text.toString();
    }

    private static String quoted(String value) {
        boolean plain = !value.isEmpty() && value.chars().noneMatch(c -> c <= ' ' || c == '"' || c == '=');
        return plain ? value : '"' + value.replace("\"", "\\\"") + '"';
    }
}
