package io.tickshred.standalone.transport;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What the transport logs while this is open. */
final class HeardLines implements AutoCloseable {
    private final Logger log = (Logger) LoggerFactory.getLogger("io.tickshred.transport.kafka");
    private final Level before = log.getLevel();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage() + " " + event.getKeyValuePairs());
        }
    };

    HeardLines() {
        appender.setContext(log.getLoggerContext());
        appender.start();
        log.addAppender(appender);
        log.setLevel(Level.INFO);
    }

    /** Those that begin so. */
    List<String> beginning(String beginning) {
        return lines.stream().filter(line -> line.startsWith(beginning)).toList();
    }

    @Override
    public void close() {
        log.detachAppender(appender);
        log.setLevel(before);
    }
}
