package io.tickshred.transport.kafka;

import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import java.util.Collection;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets lanes of a coordinator back after a failure, and tells of it: what fails again and again is said once. */
final class SetBacks {
    private static final Logger LOG = LoggerFactory.getLogger(SetBacks.class);

    private final String coordinator;

    SetBacks(String coordinator) {
        this.coordinator = coordinator;
    }

    /**
     * The lanes start again from where they were committed, after a pause.
     *
     * @param what the rest of a sentence that begins with the coordinator, such as "cannot find where it was"
     */
    void cannot(String what, Collection<Lane> failed, Throwable cause) {
        boolean ofKafka = cause instanceof KafkaException;
        String trouble = "coordinator " + coordinator + " " + what + ": " + (ofKafka ? FailureText.of(cause) : cause);
        int failures = failed.stream().mapToInt(Lane::failures).max().orElse(0);
        if (failures == 0 && !ofKafka) {
            line(LogLine.error(LOG, "Coordinator set back"), trouble)
                    .cause(cause)
                    .write();
        } else if (!told(failed, trouble)) {
            line(LogLine.warn(LOG, "Coordinator set back"), trouble).write();
        }
        failed.forEach(lane -> lane.fail(trouble));
    }

    private LogLine line(LogLine line, String trouble) {
        return line.with(LogKey.COORDINATOR, coordinator)
                .with(LogKey.REASON, trouble)
                .with(LogKey.NOTE, "tried again until it works");
    }

    private static boolean told(Collection<Lane> lanes, String trouble) {
        return lanes.stream()
                .allMatch(lane -> lane.trouble().filter(trouble::equals).isPresent());
    }
}
