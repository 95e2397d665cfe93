package io.tickshred.config;

import io.tickshred.config.YamlNode.Mapping;
import io.tickshred.model.BatchingPolicy;
import io.tickshred.model.EstimatorPolicy;
import io.tickshred.model.ModePolicy;
import io.tickshred.model.ObjectTemplate;
import io.tickshred.model.RunMode;
import io.tickshred.model.UniverseDefinition;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Reads how a dataset's days are planned: its universe, batching, estimator and mode. */
final class PlanningReader {
    private final Path base;

    /**
     * A reader.
     *
     * @param base directory that relative locations are relative to
     */
    PlanningReader(Path base) {
        this.base = base;
    }

    Optional<UniverseDefinition> universe(YamlReader root) throws ConfigException {
        Optional<YamlNode> node = root.take("universe");
        if (node.isEmpty()) {
            return Optional.empty();
        }
        YamlReader universe = YamlReader.of(node.get(), "the universe");
        universe.require("source", "name the CSV or Parquet object of listings, relative to input");
        ObjectTemplate object = object(universe);
        UniverseDefinition definition = new UniverseDefinition(
                object,
                universe.text("listing").orElse(TableReader.DEFAULT_LISTING),
                universe.text("market").orElse(UniverseDefinition.DEFAULT_MARKET),
                oneOf(universe, "nulls", UniverseDefinition.Rule.REFUSE),
                oneOf(universe, "duplicates", UniverseDefinition.Rule.REFUSE));
        universe.finish();
        return Optional.of(definition);
    }

    BatchingPolicy batching(YamlReader root, boolean universe) throws ConfigException {
        Optional<YamlNode> node = root.take("batching");
        if (node.isEmpty()) {
            return BatchingPolicy.BALANCED;
        }
        YamlReader batching = YamlReader.of(node.get(), "batching");
        BatchingPolicy.Strategy strategy = oneOf(batching, "strategy", BatchingPolicy.Strategy.BALANCED);
        boolean fixed = strategy == BatchingPolicy.Strategy.FIXED;
        if (fixed) {
            batching.require("listings", "say how many listings a batch has, such as listings: 500");
        }
        long listings = batching.count("listings", 1);
        Optional<String> groupBy = batching.text("groupBy");
        if (!fixed && listings != 1) {
            throw batching.place("listings").error("goes with strategy: fixed only; remove it or change the strategy");
        }
        batching.finish();
        if (groupBy.isPresent() && !universe) {
            throw batching.place("groupBy").error("names a column of the universe, and there is none; add universe");
        }
        return new BatchingPolicy(strategy, small(batching, "listings", listings), groupBy);
    }

    EstimatorPolicy estimator(YamlReader root, boolean universe) throws ConfigException {
        Optional<YamlNode> node = root.take("estimator");
        if (node.isEmpty()) {
            return EstimatorPolicy.EXACT;
        }
        YamlReader estimator = YamlReader.of(node.get(), "the estimator");
        EstimatorPolicy.Kind kind = oneOf(estimator, "kind", EstimatorPolicy.Kind.EXACT);
        int days = small(estimator, "days", estimator.count("days", EstimatorPolicy.DEFAULT_DAYS));
        int rowGroups = small(estimator, "rowGroups", estimator.count("rowGroups", EstimatorPolicy.DEFAULT_ROW_GROUPS));
        Optional<ObjectTemplate> reference = Optional.empty();
        if (estimator.take("source").isPresent()) {
            if (kind != EstimatorPolicy.Kind.REFERENCE) {
                throw estimator.place("source").error("goes with kind: reference only; remove it or change the kind");
            }
            reference = Optional.of(object(estimator));
        }
        String market = estimator.text("market").orElse(EstimatorPolicy.DEFAULT_MARKET);
        String of = estimator.text("base").orElse(EstimatorPolicy.DEFAULT_BASE);
        Map<String, Double> multipliers = multipliers(estimator);
        estimator.finish();
        if (kind == EstimatorPolicy.Kind.FOOTER && !universe) {
            throw estimator
                    .place("kind")
                    .error("footer needs a universe, because footers do not name their listings; add universe or write"
                            + " kind: sample");
        }
        try {
            return new EstimatorPolicy(kind, days, rowGroups, reference, market, of, multipliers);
        } catch (IllegalArgumentException e) {
            throw estimator.place("kind").error(e);
        }
    }

    ModePolicy mode(YamlReader root) throws ConfigException {
        RunMode mode = oneOf(root, "mode", RunMode.SHRED);
        Optional<YamlNode> node = root.take("naive");
        if (node.isEmpty()) {
            return ModePolicy.of(mode);
        }
        YamlReader naive = YamlReader.of(node.get(), "naive");
        double maxReads = number(naive, "maxReads", ModePolicy.DEFAULT_MAX_READS);
        double autoReads = number(naive, "autoReads", Math.min(maxReads, ModePolicy.DEFAULT_AUTO_READS));
        long autoBytes = naive.size("autoBytes", ModePolicy.DEFAULT_AUTO_BYTES);
        long maxBatchBytes = naive.size("maxBatchBytes", ModePolicy.DEFAULT_MAX_BATCH_BYTES);
        naive.finish();
        try {
            return new ModePolicy(mode, maxReads, autoReads, autoBytes, maxBatchBytes);
        } catch (IllegalArgumentException e) {
            throw naive.place(maxReads < 1 ? "maxReads" : "autoReads").error(e);
        }
    }

    private static double number(YamlReader reader, String field, double absent) throws ConfigException {
        Optional<YamlNode> node = reader.take(field);
        return node.isEmpty() ? absent : factor(node.get());
    }

    /** What the file says over the defaults. */
    private static Map<String, Double> multipliers(YamlReader estimator) throws ConfigException {
        Map<String, Double> multipliers = new TreeMap<>(EstimatorPolicy.DEFAULT_MULTIPLIERS);
        Optional<YamlNode> node = estimator.take("multipliers");
        if (node.isPresent()) {
            if (!(node.get() instanceof Mapping mapping)) {
                throw node.get().place().error("must be a mapping of tables to factors, such as {l2: 20, l3: 50}");
            }
            for (Map.Entry<String, YamlNode> factor : mapping.fields().entrySet()) {
                multipliers.put(factor.getKey(), factor(factor.getValue()));
            }
        }
        return multipliers;
    }

    private static double factor(YamlNode node) throws ConfigException {
        String text = YamlReader.text(node);
        try {
            double factor = Double.parseDouble(text);
            if (factor > 0 && !Double.isInfinite(factor)) {
                return factor;
            }
        } catch (NumberFormatException e) {
            // told below, as for a number that is not above 0
        }
        throw node.place().error("must be a number above 0, found '" + text + "'");
    }

    private ObjectTemplate object(YamlReader reader) throws ConfigException {
        String source = reader.text("source").orElse("");
        Optional<String> location = reader.text("location");
        try {
            SourceTemplates.check(source, SourceTemplates.OF_DATE);
            location = location.map(place -> Locations.absolute(place, base));
            return new ObjectTemplate(location, source);
        } catch (IllegalArgumentException e) {
            throw reader.place("source").error(e);
        }
    }

    private static int small(YamlReader reader, String field, long count) throws ConfigException {
        if (count > Integer.MAX_VALUE) {
            throw reader.place(field).error("must be at most " + Integer.MAX_VALUE + ", found " + count);
        }
        return (int) count;
    }

    private static <E extends Enum<E>> E oneOf(YamlReader reader, String field, E absent) throws ConfigException {
        Optional<String> text = reader.text(field);
        if (text.isEmpty()) {
            return absent;
        }
        E[] values = absent.getDeclaringClass().getEnumConstants();
        for (E value : values) {
            if (value.name().toLowerCase(Locale.ROOT).equals(text.get())) {
                return value;
            }
        }
        throw reader.place(field)
                .error("must be one of "
                        + Arrays.stream(values)
                                .map(value -> value.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))
                        + ", found '" + text.get() + "'");
    }
}
