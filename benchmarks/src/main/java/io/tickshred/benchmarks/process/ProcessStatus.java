package io.tickshred.benchmarks.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What Linux says of a process under {@code /proc}; see proc(5).
 *
 * @param residentBytes VmRSS, memory resident now
 * @param peakResidentBytes VmHWM, the most that was ever resident
 */
public record ProcessStatus(long residentBytes, long peakResidentBytes) {
    /** USER_HZ, the unit of processor times under /proc: 100 on every Linux that runs a JVM. */
    private static final double TICKS_A_SECOND = 100;

    /** Processor seconds, user and system. */
    public record ProcessorTime(double userSeconds, double systemSeconds) {
        public double total() {
            return userSeconds + systemSeconds;
        }

        public ProcessorTime minus(ProcessorTime earlier) {
            return new ProcessorTime(userSeconds - earlier.userSeconds, systemSeconds - earlier.systemSeconds);
        }
    }

    /** Status of a process; nothing when it has ended. */
    public static Optional<ProcessStatus> of(long pid) {
        try {
            return parse(Files.readAllLines(Path.of("/proc/" + pid + "/status")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Reads the lines of a status file; a process that ended but was not waited for has no memory. */
    static Optional<ProcessStatus> parse(List<String> lines) {
        Optional<Long> resident = kilobytes(lines, "VmRSS:");
        Optional<Long> peak = kilobytes(lines, "VmHWM:");
        return resident.flatMap(r -> peak.map(p -> new ProcessStatus(r * 1024, p * 1024)));
    }

    private static Optional<Long> kilobytes(List<String> lines, String field) {
        return lines.stream()
                .filter(line -> line.startsWith(field))
                .map(line -> Long.parseLong(
                        line.substring(field.length()).replace("kB", "").trim()))
                .findFirst();
    }

    /**
     * Processor time of all processes that this one started and that have ended, their own such children included. The
     * difference around one child is just that child's, by the kernel's own account.
     */
    public static ProcessorTime ofEndedChildren() throws IOException {
        return parseChildren(Files.readString(Path.of("/proc/self/stat")));
    }

    static ProcessorTime parseChildren(String stat) {
        // The second field is the command in brackets and may hold blanks; cutime and cstime are fields 16 and 17.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return new ProcessorTime(
                Long.parseLong(fields[13]) / TICKS_A_SECOND, Long.parseLong(fields[14]) / TICKS_A_SECOND);
    }

    /** Processor seconds that the whole machine has spent on anything since it started. */
    public static double machineBusySeconds() throws IOException {
        return parseBusy(Files.readAllLines(Path.of("/proc/stat")).get(0));
    }

    static double parseBusy(String line) {
        // cpu user nice system idle iowait irq softirq steal guest: guest time is in user already, stolen time no one
        // here had.
        String[] fields = line.trim().split(" +", -1);
        long ticks = 0;
        for (int field : new int[] {1, 2, 3, 6, 7}) {
            ticks += Long.parseLong(fields[field]);
        }
        return ticks / TICKS_A_SECOND;
    }
}
