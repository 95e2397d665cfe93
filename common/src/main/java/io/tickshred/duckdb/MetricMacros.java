package io.tickshred.duckdb;

import io.tickshred.model.BucketEdge;
import io.tickshred.model.BucketWidth;
import io.tickshred.model.MetricDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The macros that a metric's SQL may call: its settings, which change with the bucket's width, and a library. */
final class MetricMacros {
    /** How far a row's time may be from its day; what is further is taken for none. */
    private static final int YEARS = 10;

    private static final Instant FIRST = Instant.EPOCH.plusNanos(Long.MIN_VALUE).plus(Duration.ofDays(2));
    private static final Instant LAST = Instant.EPOCH.plusNanos(Long.MAX_VALUE).minus(Duration.ofDays(2));

    private final DuckDbSession session;
    private final MetricDefinition metric;
    private final LocalDate date;
    private boolean library;

    MetricMacros(DuckDbSession session, MetricDefinition metric, LocalDate date) {
        this.session = session;
        this.metric = metric;
        this.date = date;
    }

    /** Makes or replaces them for one width of a bucket. */
    void create(BucketWidth width) throws DuckDbException, InterruptedException {
        ZoneId zone = ZoneId.of(metric.timeZone());
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("whole_day", Boolean.toString(width.equals(BucketWidth.DAY)));
        settings.put("closed_right", Boolean.toString(metric.closed() == BucketEdge.RIGHT));
        settings.put("bucket_width", width.nanos() + "::BIGINT");
        settings.put("day_start", nanos(date, zone) + "::BIGINT");
        settings.put("day_end", nanos(date.plusDays(1), zone) + "::BIGINT");
        settings.put("earliest_time", nanos(date.minusYears(YEARS), zone) + "::BIGINT");
        settings.put("latest_time", nanos(date.plusYears(YEARS), zone) + "::BIGINT");
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            session.execute("CREATE OR REPLACE MACRO " + setting.getKey() + "() AS (" + setting.getValue() + ")");
        }
        if (!library) {
            for (String macro : library()) {
                session.execute(macro);
            }
            library = true;
        }
    }

    /** Nanoseconds since 1970, no nearer to the ends of their range than two days: one more bucket always fits. */
    private static long nanos(LocalDate date, ZoneId zone) {
        Instant midnight = date.atStartOfDay(zone).toInstant();
        Instant within = midnight.isBefore(FIRST) ? FIRST : midnight.isAfter(LAST) ? LAST : midnight;
        return Duration.between(Instant.EPOCH, within).toNanos();
    }

    private static List<String> library() {
        try (InputStream sql = MetricMacros.class.getResourceAsStream("metric-macros.sql")) {
            if (sql == null) {
                throw new IllegalStateException("the build left out the resource metric-macros.sql");
            }
            String text = new String(sql.readAllBytes(), StandardCharsets.UTF_8);
            return text
                    .lines()
                    .collect(Collectors.joining("\n"))
                    .transform(whole -> List.of(whole.split("(?m)^;$")))
                    .stream()
                    .filter(statement -> !statement.isBlank())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the resource metric-macros.sql cannot be read", e);
        }
    }
}
