package io.tickshred.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Services as processes of their own, killed with SIGKILL at moments that matter. */
class KilledProcessesIT extends KilledProcesses {
    @Override
    ProcessFleet start(Path directory, Map<String, String> environment) throws Exception {
        Map<String, String> all = new HashMap<>(environment);
        // Longer than any test waits: no task comes back because its lock runs out.
        all.put("JAVA_TOOL_OPTIONS", "-Ddw.kafka.taskLock=PT5M");
        return ProcessFleet.start(directory, all);
    }

    @Test
    void servicesSayAtTheirStartWhichWayQueuesRun() throws Exception {
        fleet.awaitStarted();

        assertThat(List.of(planner, worker, finalizer)).allSatisfy(service -> assertThat(service.life())
                .contains("Work queues run on share groups setting=queue value=share-group"));
    }
}
