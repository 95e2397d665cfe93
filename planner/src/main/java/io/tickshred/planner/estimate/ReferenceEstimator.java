package io.tickshred.planner.estimate;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.Row;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.ListingType;
import io.tickshred.model.ObjectTemplate;
import io.tickshred.parquet.Footer;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.discovery.SourceTemplate;
import io.tickshred.planner.universe.SuppliedObject;
import io.tickshred.store.ObjectStore;
import java.io.IOException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Takes sizes from an object that the user supplies, Parquet or CSV with the columns {@code listing}, {@code table} and
 * {@code rows}. Costs one request; its error is the user's.
 */
public final class ReferenceEstimator implements SizeEstimator {
    private static final String WHAT = "the reference of sizes";

    private final ListingType type;
    private final Map<String, Map<String, TableEstimate.ListingCount>> byTable = new HashMap<>();
    private String from = "";
    private long lines;
    private long incomplete;
    private long duplicates;
    private String example = "";

    private ReferenceEstimator(ListingType type) {
        this.type = type;
    }

    /**
     * Reads the object.
     *
     * @param session in whose directory it is put while it is read
     * @throws PlanException naming the object and what is wrong with it
     */
    public static ReferenceEstimator read(
            Function<String, ObjectStore> stores,
            DatasetDefinition dataset,
            LocalDate date,
            ListingType type,
            DuckDbSession session)
            throws PlanException, InterruptedException {
        ObjectTemplate template = dataset.estimator().reference().orElseThrow();
        ReferenceEstimator estimator = new ReferenceEstimator(type);
        try (SuppliedObject object = SuppliedObject.open(stores, dataset.input(), template, date, WHAT, session)) {
            estimator.read(object, session);
            return estimator;
        } catch (IOException | DuckDbException e) {
            String key = SourceTemplate.expand(template.source(), date);
            throw new PlanException(
                    WHAT + " " + key + " cannot be read: " + e.getMessage()
                            + "; put it there or choose another kind of estimator",
                    key,
                    e);
        }
    }

    /** A row of the object as text. */
    private record Line(Optional<String> listing, Optional<String> table, Optional<String> rows) {}

    private void read(SuppliedObject object, DuckDbSession session)
            throws PlanException, DuckDbException, InterruptedException {
        object.requireListings("listing", type);
        object.require("", "table");
        object.require("", "rows");
        String sql = "SELECT " + object.textOf(Optional.of("listing")) + ", " + object.textOf(Optional.of("table"))
                + ", " + object.textOf(Optional.of("rows")) + " FROM " + object.from();
        session.query(sql, row -> new Line(text(row, 0), text(row, 1), text(row, 2)))
                .forEach(this::add);
        if (incomplete + duplicates > 0) {
            throw new PlanException(
                    WHAT + " " + object.key() + " must have one row for each listing and table: of " + lines + " rows "
                            + duplicates + " repeat a listing and table, " + incomplete
                            + " have no listing, no table or no whole number of rows, such as " + example
                            + "; correct it",
                    object.key());
        }
        if (byTable.isEmpty()) {
            throw new PlanException(WHAT + " " + object.key() + " has no rows", object.key());
        }
        from = object.key() + " of " + object.written();
    }

    private static Optional<String> text(Row row, int column) {
        return row.isNull(column) ? Optional.empty() : Optional.of(row.text(column));
    }

    private void add(Line line) {
        lines++;
        Optional<String> listing = line.listing().flatMap(text -> SuppliedObject.listing(type, text));
        Optional<Long> rows = line.rows().flatMap(ReferenceEstimator::count);
        if (listing.isEmpty() || line.table().isEmpty() || rows.isEmpty()) {
            example = incomplete++ == 0 ? described(line) : example;
            return;
        }
        Map<String, TableEstimate.ListingCount> table =
                byTable.computeIfAbsent(line.table().get(), name -> new HashMap<>());
        if (table.putIfAbsent(listing.get(), TableEstimate.ListingCount.of(rows.get())) != null) {
            example = duplicates++ == 0 && incomplete == 0 ? described(line) : example;
        }
    }

    private static Optional<Long> count(String text) {
        try {
            return Optional.of(Long.parseLong(text.strip())).filter(count -> count >= 0);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static String described(Line line) {
        return "(" + line.listing().orElse("null") + ", " + line.table().orElse("null") + ", "
                + line.rows().orElse("null") + ")";
    }

    @Override
    public TableEstimate begin(SourceTable table) {
        return new Known(Optional.ofNullable(byTable.get(table.name())));
    }

    /** Where the object stands is looked up before it is read. */
    @Override
    public long requests() {
        return 2;
    }

    @Override
    public Optional<String> from() {
        return Optional.of(from);
    }

    /** What was known before an object was looked at. */
    private record Known(Optional<Map<String, ListingCount>> counts) implements TableEstimate {
        @Override
        public void visit(Footer footer) {}

        @Override
        public Map<String, ListingCount> listings() {
            return counts.orElse(Map.of());
        }

        @Override
        public boolean known() {
            return counts.isPresent();
        }

        @Override
        public boolean exact() {
            return false;
        }
    }
}
