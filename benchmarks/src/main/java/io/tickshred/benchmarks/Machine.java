package io.tickshred.benchmarks;

import io.tickshred.benchmarks.duckdb.PeerDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where and with what a comparison was run.
 *
 * @param processor model name
 * @param versions of what was compared, by name
 */
public record Machine(
        String processor, int processors, long memoryBytes, String kernel, String java, Map<String, String> versions) {
    private static final Pattern SPARK_VERSION = Pattern.compile("<spark.version>([^<]+)</spark.version>");

    public static Machine read(Path repository, PeerDatabase database) throws IOException {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("Tickshred", commit(repository));
        versions.put("DuckDB", database.texts("SELECT version()").get(0));
        Matcher spark = SPARK_VERSION.matcher(Files.readString(repository.resolve("benchmarks/spark/pom.xml")));
        versions.put("Spark", spark.find() ? spark.group(1) : "unknown");
        return new Machine(
                field("/proc/cpuinfo", "model name"),
                Runtime.getRuntime().availableProcessors(),
                Long.parseLong(field("/proc/meminfo", "MemTotal")
                                .replace("kB", "")
                                .trim())
                        * 1024,
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
                versions);
    }

    private static String field(String file, String name) throws IOException {
        List<String> lines = Files.readAllLines(Path.of(file));
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .findFirst()
                .orElse("unknown");
    }

    /** The commit of the work tree, marked where files differ from it. */
    private static String commit(Path repository) throws IOException {
        Process git = new ProcessBuilder("git", "describe", "--always", "--dirty")
                .directory(repository.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String text = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        return text.isEmpty() ? "unknown" : text;
    }
}
