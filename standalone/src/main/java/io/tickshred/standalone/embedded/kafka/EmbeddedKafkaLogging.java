package io.tickshred.standalone.embedded.kafka;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Keeps the broker's thousands of INFO lines out of the log unless somebody configured a level for them. */
final class EmbeddedKafkaLogging {
    private static final List<String> LOGGERS = List.of("kafka", "org.apache.kafka", "state.change.logger");
    /** Warns at each start, which is no news with one controller. */
    private static final String CONTROLLER = "org.apache.kafka.controller.QuorumController";

    private EmbeddedKafkaLogging() {}

    static void quieten() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            LOGGERS.forEach(name -> quieten(context, name, Level.WARN));
            quieten(context, CONTROLLER, Level.ERROR);
        }
    }

    private static void quieten(LoggerContext context, String name, Level level) {
        if (context.getLogger(name).getLevel() == null) {
            context.getLogger(name).setLevel(level);
        }
    }
}
