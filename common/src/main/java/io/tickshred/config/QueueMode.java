package io.tickshred.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How the work queues are shared out among slots: the same in all services of a fleet. */
public enum QueueMode {
    /** Kafka's share groups: brokers from 4.2 on. */
    SHARE_GROUP,
    /** Consumer groups, for brokers without share groups: slots are limited by partitions, hand-back is slower. */
    CONSUMER_GROUP;

    /** As it is written in a configuration file. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Reads a name; an empty text, which a variable that is not set leaves, is the default. */
    @JsonCreator
    public static QueueMode parse(String text) {
        if (text.isBlank()) {
            return SHARE_GROUP;
        }
        return Arrays.stream(values())
                .filter(mode -> mode.text().equals(text.strip().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("queue must be one of "
                        + Arrays.stream(values()).map(QueueMode::text).collect(Collectors.joining(", ")) + ": "
                        + text));
    }
}
