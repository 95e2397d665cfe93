package io.tickshred.standalone;

import java.nio.file.Path;
import java.util.Map;

/** Services as processes of their own, killed with SIGKILL at moments that matter. */
class KilledProcessesIT extends KilledProcesses {
    @Override
    ProcessFleet start(Path directory) throws Exception {
        return ProcessFleet.start(directory, Map.of());
    }
}
