package io.tickshred.meter;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One figure that a service exports: the only way to register one, so that name, unit, tags and meaning stand in one
 * place.
 *
 * @param name Micrometer's, in lower case with dots
 * @param unit of its values; empty for a plain number
 * @param tags all of them, in the order in which values are given
 * @param meaning one sentence or two without a full stop
 * @param rules names of the alerting rules in {@code compose/prometheus/rules} that go by it
 * @param watch an alert worth having that is no rule there, or how to read the figure; may be empty where a rule is
 *     named
 * @param bounds upper bounds of a timer's histogram; empty for none
 * @param measured the unit of its values where that is no part of its name, as of names that others gave
 */
public record MeterSpec(
        String name,
        Kind kind,
        Optional<String> unit,
        List<String> tags,
        String meaning,
        List<String> rules,
        String watch,
        List<Duration> bounds,
        Optional<String> measured) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+(\\.[a-z0-9]+)*");
    private static final PrometheusNamingConvention PROMETHEUS = new PrometheusNamingConvention();

    /** What a figure does over time, which decides how Prometheus names it. */
    public enum Kind {
        /** Only grows while a process lives; look at {@code rate} or {@code increase}. */
        COUNTER(Meter.Type.COUNTER),
        /** Goes up and down. */
        GAUGE(Meter.Type.GAUGE),
        /** How often and how long, in seconds. */
        TIMER(Meter.Type.TIMER),
        /** How often and how much. */
        SUMMARY(Meter.Type.DISTRIBUTION_SUMMARY);

        private final Meter.Type type;

        Kind(Meter.Type type) {
            this.type = type;
        }
    }

    public MeterSpec {
        tags = List.copyOf(tags);
        rules = List.copyOf(rules);
        bounds = List.copyOf(bounds);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name must be words in lower case joined by dots: " + name);
        }
        for (String tag : tags) {
            if (!NAME.matcher(tag).matches() || tag.contains(".")) {
                throw new IllegalArgumentException(name + ": a tag must be a word in lower case: " + tag);
            }
        }
        if (meaning.isBlank() || meaning.endsWith(".")) {
            throw new IllegalArgumentException(name + ": meaning must be a sentence without a full stop: " + meaning);
        }
    }

    public static MeterSpec counter(String name, String meaning) {
        return of(name, Kind.COUNTER, meaning);
    }

    public static MeterSpec gauge(String name, String meaning) {
        return of(name, Kind.GAUGE, meaning);
    }

    public static MeterSpec timer(String name, String meaning) {
        return of(name, Kind.TIMER, meaning).in("seconds");
    }

    public static MeterSpec summary(String name, String meaning) {
        return of(name, Kind.SUMMARY, meaning);
    }

    private static MeterSpec of(String name, Kind kind, String meaning) {
        return new MeterSpec(
                name, kind, Optional.empty(), List.of(), meaning, List.of(), "", List.of(), Optional.empty());
    }

    /** With a unit: it becomes part of the exported name. */
    public MeterSpec in(String baseUnit) {
        return new MeterSpec(name, kind, Optional.of(baseUnit), tags, meaning, rules, watch, bounds, measured);
    }

    /** With a unit that is no part of the exported name. */
    public MeterSpec measuredIn(String shown) {
        return new MeterSpec(name, kind, unit, tags, meaning, rules, watch, bounds, Optional.of(shown));
    }

    public MeterSpec tagged(String... names) {
        return new MeterSpec(name, kind, unit, List.of(names), meaning, rules, watch, bounds, measured);
    }

    /** With alerting rules that go by it. */
    public MeterSpec ruled(String... names) {
        return new MeterSpec(name, kind, unit, tags, meaning, List.of(names), watch, bounds, measured);
    }

    /** With an alert worth having, or how to read it. */
    public MeterSpec watched(String how) {
        return new MeterSpec(name, kind, unit, tags, meaning, rules, how, bounds, measured);
    }

    /** With a histogram, so that quantiles can be had over all instances. */
    public MeterSpec bounded(Duration... upperBounds) {
        return new MeterSpec(name, kind, unit, tags, meaning, rules, watch, List.of(upperBounds), measured);
    }

    /** The name under which Prometheus knows it; of a timer or summary, what its series' names begin with. */
    public String exported() {
        String exported = PROMETHEUS.name(name, kind.type, unit.orElse(null));
        return kind == Kind.COUNTER ? exported + "_total" : exported;
    }

    /** Names of all series in a scrape. */
    public Set<String> series() {
        String base = exported();
        Set<String> series = new LinkedHashSet<>();
        if (kind == Kind.TIMER || kind == Kind.SUMMARY) {
            series.add(base + "_count");
            series.add(base + "_sum");
            series.add(base + "_max");
            if (!bounds.isEmpty()) {
                series.add(base + "_bucket");
            }
        } else {
            series.add(base);
        }
        return series;
    }

    /** The counter with these values of the tags. */
    public Counter counter(MeterRegistry registry, String... values) {
        require(Kind.COUNTER);
        return Counter.builder(name)
                .description(meaning)
                .baseUnit(unit.orElse(null))
                .tags(labels(values))
                .register(registry);
    }

    /** A counter that somebody else keeps. */
    public <T> void counter(MeterRegistry registry, T source, ToDoubleFunction<T> count, String... values) {
        require(Kind.COUNTER);
        FunctionCounter.builder(name, source, count)
                .description(meaning)
                .baseUnit(unit.orElse(null))
                .tags(labels(values))
                .register(registry);
    }

    /** A gauge read from its source at each scrape; the registry keeps the source alive. */
    public <T> void gauge(MeterRegistry registry, T source, ToDoubleFunction<T> value, String... values) {
        require(Kind.GAUGE);
        Gauge.builder(name, source, value)
                .description(meaning)
                .baseUnit(unit.orElse(null))
                .tags(labels(values))
                .strongReference(true)
                .register(registry);
    }

    public Timer timer(MeterRegistry registry, String... values) {
        require(Kind.TIMER);
        Timer.Builder builder = Timer.builder(name).description(meaning).tags(labels(values));
        if (!bounds.isEmpty()) {
            builder = builder.serviceLevelObjectives(bounds.toArray(Duration[]::new));
        }
        return builder.register(registry);
    }

    public DistributionSummary summary(MeterRegistry registry, String... values) {
        require(Kind.SUMMARY);
        return DistributionSummary.builder(name)
                .description(meaning)
                .baseUnit(unit.orElse(null))
                .tags(labels(values))
                .register(registry);
    }

    /** The tags with these values. */
    public Tags labels(@Nullable String... values) {
        if (values.length != tags.size()) {
            throw new IllegalArgumentException(name + " has the tags " + tags + ", not " + values.length);
        }
        List<Tag> labels = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            labels.add(Tag.of(tags.get(i), String.valueOf(values[i])));
        }
        return Tags.of(labels);
    }

    private void require(Kind wanted) {
        if (kind != wanted) {
            throw new IllegalStateException(name + " is a " + kind + ", not a " + wanted);
        }
    }
}
