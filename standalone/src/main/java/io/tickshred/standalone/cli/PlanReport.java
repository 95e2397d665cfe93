package io.tickshred.standalone.cli;

import io.tickshred.message.DayStatus;
import io.tickshred.model.DayState;
import io.tickshred.standalone.progress.DayProgress;
import io.tickshred.standalone.progress.StatusTable;
import java.io.PrintStream;
import java.util.List;

/** What {@code plan --wait} says of days that have ended on a fleet, of which it knows the statuses alone. */
final class PlanReport {
    private PlanReport() {}

    /**
     * Prints notes, metrics that failed, and manifests.
     *
     * @return exit code
     */
    static int print(PrintStream out, List<DayProgress> days) {
        List<DayStatus> ended =
                days.stream().flatMap(day -> day.last().stream()).toList();
        ended.forEach(status -> status.note().ifPresent(note -> out.println(status.day() + ": " + note)));
        List<DayStatus> lacking = ended.stream()
                .filter(status -> status.failedMetrics().isPresent())
                .toList();
        lacking.forEach(
                status -> StatusTable.reason(status).ifPresent(reason -> out.println(status.day() + ": " + reason)));
        ended.stream().filter(status -> status.state() == DayState.PUBLISHED).forEach(status -> status.manifest()
                .ifPresent(manifest -> out.println("manifest  " + manifest)));
        boolean published = days.stream().allMatch(day -> day.state() == DayState.PUBLISHED);
        return published && lacking.isEmpty() ? 0 : Tickshred.FAILED;
    }
}
