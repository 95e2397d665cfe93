package io.tickshred.planner.watch;

import java.util.List;

/**
 * What the page is told of the fleet besides its days.
 *
 * @param datasets what may be asked for
 */
record FleetView(List<DatasetView> datasets) {
    FleetView {
        datasets = List.copyOf(datasets);
    }

    /** A dataset and its tables. */
    record DatasetView(String name, List<String> tables) {
        DatasetView {
            tables = List.copyOf(tables);
        }
    }

    /** Tasks that are not yet done, waiting and in flight. */
    record Backlog(long chunkTasks, long batchTasks) {}
}
