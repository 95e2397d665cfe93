package io.tickshred.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/**
 * One JSON object a line: {@code time}, {@code level}, {@code logger}, {@code message}, each key of the line as a field
 * of its own, numbers as numbers, and {@code exception} and {@code stack} where there is one.
 */
public final class JsonLayout extends LayoutBase<ILoggingEvent> {
    private static final JsonMapper MAPPER = new JsonMapper();

    private final ThrowableProxyConverter stack = new ThrowableProxyConverter();

    @Override
    public void start() {
        stack.start();
        super.start();
    }

    @Override
    public String getContentType() {
        return "application/json";
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        ObjectNode line = start(
                Instant.ofEpochMilli(event.getTimeStamp()),
                event.getLevel(),
                event.getLoggerName(),
                event.getThreadName(),
                event.getFormattedMessage());
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) {
            pairs.forEach(pair -> put(line, pair.key, pair.value));
        }
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            line.put("exception", thrown.getClassName());
            line.put("stack", stack.convert(event));
        }
        return line + "\n";
    }

    /** The line of an error, without its end, where no log is set up that would write it. */
    public static String error(String logger, String message) {
        ObjectNode line =
                start(Instant.now(), Level.ERROR, logger, Thread.currentThread().getName(), message);
        return line.toString();
    }

    private static ObjectNode start(Instant time, Level level, String logger, String thread, String message) {
        ObjectNode line = MAPPER.createObjectNode();
        line.put("time", PlainLayout.TIME.format(time));
        line.put("level", level.toString());
        line.put("logger", logger);
        line.put("thread", thread);
        line.put("message", message);
        return line;
    }

    private static void put(ObjectNode line, String key, Object value) {
        if (value instanceof Integer number) {
            line.put(key, number);
        } else if (value instanceof Long number) {
            line.put(key, number);
        } else if (value instanceof Double number) {
            line.put(key, number);
        } else {
            line.put(key, String.valueOf(value));
        }
    }
}
