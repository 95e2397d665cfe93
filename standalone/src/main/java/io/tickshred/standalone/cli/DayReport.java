package io.tickshred.standalone.cli;

import io.tickshred.message.DayStatus;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.DayState;
import io.tickshred.model.Manifest;
import io.tickshred.standalone.progress.DayProgress;
import io.tickshred.standalone.progress.DaySummary;
import io.tickshred.standalone.progress.Figures;
import io.tickshred.standalone.verify.ManifestReader;
import io.tickshred.store.ObjectStore;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** What stands on the screen when days have ended. */
final class DayReport {
    private DayReport() {}

    /**
     * Prints each published day, read from its manifest, and says how many failed, or lack a metric that failed.
     *
     * @param outputRoot where a query finds the objects: a directory or URI
     * @param log where the command's log is
     * @return exit code
     */
    static int print(
            PrintStream out,
            List<DayProgress> days,
            DatasetDefinition dataset,
            ObjectStore output,
            String outputRoot,
            Path log)
            throws IOException {
        ManifestReader manifests = new ManifestReader();
        long lacking = 0;
        for (DayProgress day : days) {
            if (day.state() == DayState.PUBLISHED) {
                out.println();
                Manifest manifest = manifests.read(output, day.day());
                out.println(day.day()
                        + (day.ranNow()
                                ? day.last()
                                        .flatMap(DayStatus::note)
                                        .map(note -> ": " + note)
                                        .orElse("")
                                : ": published before, by plan " + manifest.plan()
                                        + ", and not run now; --force runs it again"));
                lacking += manifest.metricFailures().isEmpty() ? 0 : 1;
                DaySummary.lines(manifest, outputRoot + "/" + day.day() + "/manifest.json", outputRoot)
                        .forEach(out::println);
            }
        }
        long failed =
                days.stream().filter(day -> day.state() != DayState.PUBLISHED).count();
        if (failed > 0) {
            out.println();
            out.println(failed + " of " + Figures.count(days.size(), "day", "days") + " of " + dataset.name()
                    + " failed; the log is " + log);
        }
        if (lacking > 0) {
            out.println();
            out.println(lacking + " of " + Figures.count(days.size(), "day", "days") + " of " + dataset.name()
                    + (lacking == 1 ? " is" : " are")
                    + " published without a metric that failed; correct it and run again with --force");
        }
        return failed + lacking == 0 ? 0 : Tickshred.FAILED;
    }
}
