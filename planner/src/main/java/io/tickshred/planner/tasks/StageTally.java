package io.tickshred.planner.tasks;

import io.tickshred.planner.tasks.TaskReport.Stage;
import io.tickshred.planner.tasks.TaskReport.Task;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All chunks or all batches of a plan: two bits for each, and the few that stand out. */
final class StageTally {
    static final Comparator<Task> SLOWEST = Comparator.<Task, Long>comparing(
                    task -> task.tookMillis().orElse(0L))
            .reversed()
            .thenComparing(Task::number);
    static final Comparator<Task> LARGEST =
            Comparator.comparing(Task::rows).reversed().thenComparing(Task::number);

    private static final int KEPT = 20;
    private static final int CELLS = 360;
    /** No plan has as many; a number beyond is no task's. */
    private static final int MOST = 10_000_000;

    private final BitSet done = new BitSet();
    private final BitSet failing = new BitSet();
    private final List<Task> slowest = new ArrayList<>();
    private final List<Task> largest = new ArrayList<>();
    private int total;
    private int failedAttempts;
    private @Nullable Instant firstAt;
    private @Nullable Instant lastAt;

    void total(int tasks) {
        total = tasks;
    }

    /** True the first time that a task is done: later attempts do not count. */
    boolean done(Task task) {
        if (task.number() < 0 || task.number() >= MOST || done.get(task.number())) {
            return false;
        }
        done.set(task.number());
        failing.clear(task.number());
        if (firstAt == null || task.at().isBefore(firstAt)) {
            firstAt = task.at();
        }
        if (lastAt == null || task.at().isAfter(lastAt)) {
            lastAt = task.at();
        }
        if (task.tookMillis().isPresent()) {
            keep(slowest, task, SLOWEST);
        }
        keep(largest, task, LARGEST);
        return true;
    }

    void failed(int number) {
        if (number < 0 || number >= MOST) {
            return;
        }
        failedAttempts++;
        if (!done.get(number)) {
            failing.set(number);
        }
    }

    private static void keep(List<Task> kept, Task task, Comparator<Task> order) {
        if (kept.size() == KEPT && order.compare(kept.get(KEPT - 1), task) <= 0) {
            return;
        }
        kept.add(task);
        kept.sort(order);
        if (kept.size() > KEPT) {
            kept.remove(KEPT);
        }
    }

    List<Task> slowest() {
        return slowest;
    }

    List<Task> largest() {
        return largest;
    }

    Stage stage() {
        int tasks = Math.max(total, Math.max(done.length(), failing.length()));
        int each = Math.max(1, (tasks + CELLS - 1) / CELLS);
        List<Integer> doneByCell = new ArrayList<>();
        List<Integer> failingByCell = new ArrayList<>();
        for (int from = 0; from < tasks; from += each) {
            int to = Math.min(tasks, from + each);
            doneByCell.add(done.get(from, to).cardinality());
            failingByCell.add(failing.get(from, to).cardinality());
        }
        return new Stage(
                total,
                done.cardinality(),
                failedAttempts,
                Optional.ofNullable(firstAt),
                Optional.ofNullable(lastAt),
                each,
                doneByCell,
                failingByCell);
    }
}
