package io.tickshred.benchmarks.process;

import io.tickshred.benchmarks.process.ProcessStatus.ProcessorTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs one command to its end and measures it with all processes that it starts. Times are the kernel's; peak memory of
 * each process is too, the peak of their sum is sampled ten times a second and counts pages that they share for each.
 * Only one may run at a time.
 */
public final class MeasuredProcess {
    private static final long SAMPLE_MILLIS = 100;

    private final List<String> command;
    private final Path directory;
    private final Path log;
    private final Map<ProcessHandle, Long> peaks = new LinkedHashMap<>();
    private final Set<ProcessHandle> met = new HashSet<>();
    private long peakSum;

    /**
     * A process not yet started.
     *
     * @param directory working directory
     * @param log file for what it prints
     */
    public MeasuredProcess(List<String> command, Path directory, Path log) {
        this.command = List.copyOf(command);
        this.directory = directory;
        this.log = log;
    }

    /**
     * Runs it.
     *
     * @throws IOException if it cannot start, exits other than 0, takes longer than the limit, or leaves processes
     *     behind; its processes are ended in each case
     */
    public Measurement run(Duration limit) throws IOException, InterruptedException {
        double busyBefore = ProcessStatus.machineBusySeconds();
        ProcessorTime before = ProcessStatus.ofEndedChildren();
        long start = System.nanoTime();
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        Thread onInterrupt = new Thread(() -> end(process), "end-candidate");
        Runtime.getRuntime().addShutdownHook(onInterrupt);
        try {
            process.getOutputStream().close();
            do {
                sample(process);
                if (System.nanoTime() - start > limit.toNanos()) {
                    throw failed("did not end within " + limit.toSeconds() + " s");
                }
            } while (!process.waitFor(SAMPLE_MILLIS, TimeUnit.MILLISECONDS));
            double wallSeconds = (System.nanoTime() - start) / 1e9;
            ProcessorTime used = ProcessStatus.ofEndedChildren().minus(before);
            if (process.exitValue() != 0) {
                throw failed("exited with " + process.exitValue());
            }
            if (met.stream().anyMatch(ProcessHandle::isAlive)) {
                throw failed("left processes running, so that what it used is not known");
            }
            double others = ProcessStatus.machineBusySeconds() - busyBefore - used.total();
            long largest =
                    peaks.values().stream().mapToLong(Long::longValue).max().orElse(0);
            return new Measurement(
                    wallSeconds,
                    used.userSeconds(),
                    used.systemSeconds(),
                    largest,
                    Math.max(peakSum, largest),
                    Math.max(0, others));
        } finally {
            end(process);
            Runtime.getRuntime().removeShutdownHook(onInterrupt);
        }
    }

    /**
     * Takes a child into account when it is met a second time: for an instant after it was forked a child still shares
     * its parent's memory, and would double it.
     */
    private void sample(Process process) {
        long sum = sample(process.toHandle());
        Set<ProcessHandle> found;
        try (Stream<ProcessHandle> descendants = process.descendants()) {
            found = descendants.collect(Collectors.toSet());
        }
        for (ProcessHandle handle : found) {
            if (met.contains(handle)) {
                sum += sample(handle);
            }
        }
        met.addAll(found);
        peakSum = Math.max(peakSum, sum);
    }

    private long sample(ProcessHandle handle) {
        Optional<ProcessStatus> status = ProcessStatus.of(handle.pid());
        status.ifPresent(s -> peaks.merge(handle, s.peakResidentBytes(), Math::max));
        return status.map(ProcessStatus::residentBytes).orElse(0L);
    }

    private void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        met.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private IOException failed(String what) throws IOException {
        List<String> lines = Files.readAllLines(log);
        String tail = String.join("\n  ", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
        return new IOException(String.join(" ", command) + " " + what + "; all of its output is in " + log
                + ", its last lines:\n  " + tail);
    }
}
