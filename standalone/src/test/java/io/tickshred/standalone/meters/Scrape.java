package io.tickshred.standalone.meters;

import io.tickshred.meter.MeterSection;
import io.tickshred.meter.MeterSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;

/** What one instance exported, in Prometheus' text format. */
public final class Scrape {
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** There only after what may not happen in a short run. */
    private static final Set<String> NOT_ALWAYS = Set.of("jvm.gc.pause");

    private final List<Sample> samples;

    private record Sample(String name, Map<String, String> labels, double value) {}

    private Scrape(List<Sample> samples) {
        this.samples = samples;
    }

    public static Scrape parse(String text) {
        List<Sample> samples = new ArrayList<>();
        text.lines().filter(line -> !line.startsWith("#") && !line.isBlank()).forEach(line -> {
            Matcher sample = SAMPLE.matcher(line);
            if (!sample.matches()) {
                throw new IllegalArgumentException("no sample: " + line);
            }
            Map<String, String> labels = new TreeMap<>();
            if (sample.group(2) != null) {
                Matcher label = LABEL.matcher(sample.group(2));
                while (label.find()) {
                    labels.put(label.group(1), label.group(2));
                }
            }
            samples.add(new Sample(sample.group(1), labels, number(sample.group(3))));
        });
        return new Scrape(samples);
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    /** The value of the one series with these labels; NaN where there is none. */
    public double value(String name, Map<String, String> labels) {
        return values(name, labels).findFirst().orElse(Double.NaN);
    }

    /** Of all series with these labels. */
    public double sum(String name, Map<String, String> labels) {
        return values(name, labels).sum();
    }

    private DoubleStream values(String name, Map<String, String> labels) {
        return samples.stream()
                .filter(sample ->
                        sample.name.equals(name) && sample.labels.entrySet().containsAll(labels.entrySet()))
                .mapToDouble(Sample::value);
    }

    /** Own and Kafka's series that are not declared, or not with these labels. */
    public Set<String> undeclared() {
        Map<String, MeterSpec> catalogue = MeterCatalogue.bySeries();
        Set<String> undeclared = new TreeSet<>();
        for (Sample sample : samples) {
            MeterSpec spec = catalogue.get(sample.name);
            if (spec == null) {
                if (sample.name.startsWith("tickshred_") || sample.name.startsWith("kafka_")) {
                    undeclared.add(sample.name);
                }
                continue;
            }
            Set<String> labels = new HashSet<>(sample.labels.keySet());
            if (sample.name.endsWith("_bucket")) {
                labels.remove("le");
            }
            if (!labels.equals(Set.copyOf(spec.tags()))) {
                undeclared.add(sample.name + " " + labels);
            }
        }
        return undeclared;
    }

    /**
     * What services declare and do not export.
     *
     * @param scrapes by service, after a day was published; those of days and ranges in progress cannot be there then
     */
    public static Set<String> missing(Map<String, Scrape> scrapes) {
        Set<String> missing = new TreeSet<>();
        for (MeterSection section : MeterCatalogue.sections()) {
            for (MeterSpec spec : section.meters()) {
                boolean ofProgress = spec.tags().contains("date") || spec.tags().contains("range");
                // A service exports the figures of the Kafka clients that it has.
                boolean ofSome = spec.name().startsWith("kafka.");
                List<String> lacking = new ArrayList<>();
                for (String service : section.services()) {
                    Set<String> names = new HashSet<>();
                    scrapes.get(service).samples.forEach(sample -> names.add(sample.name));
                    if (!names.containsAll(spec.series())) {
                        lacking.add(spec.name() + " of " + service);
                    }
                }
                if (!ofProgress
                        && !NOT_ALWAYS.contains(spec.name())
                        && !(ofSome && lacking.size() < section.services().size())) {
                    missing.addAll(lacking);
                }
            }
        }
        return missing;
    }
}
