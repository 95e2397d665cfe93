package io.tickshred.planner.estimate;

import io.tickshred.parquet.Footer;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.discovery.SourceTemplate;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/** What the history says of a table, and a count of the objects that it says nothing of. */
final class HistoryEstimate implements TableEstimate {
    private final SourceTable table;
    private final Map<String, ListingCount> history;
    private final boolean told;
    private final boolean own;
    private final Set<String> knownMarkets;
    private final boolean whole;
    private final TableEstimate counting;
    private final BiConsumer<String, Set<String>> counted;
    private final List<SourceTemplate> templates;
    private final Set<String> missing = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean used = new AtomicBoolean();

    /**
     * An estimate.
     *
     * @param told whether the history tells of the table, by rows of its own or by a multiplier
     * @param own whether it has rows of its own
     * @param knownMarkets markets that the history has in this table; an empty one stands for listings without
     * @param whole whether all of the history could be read
     * @param counting counts what is not told of
     * @param counted hears which markets were counted, an empty one standing for all
     */
    HistoryEstimate(
            SourceTable table,
            Map<String, ListingCount> history,
            boolean told,
            boolean own,
            Set<String> knownMarkets,
            boolean whole,
            TableEstimate counting,
            BiConsumer<String, Set<String>> counted) {
        this.table = table;
        this.history = history;
        this.told = told;
        this.own = own;
        this.knownMarkets = knownMarkets;
        this.whole = whole;
        this.counting = counting;
        this.counted = counted;
        this.templates = table.definition().sources().stream()
                .map(source -> SourceTemplate.compile(source, table.name(), table.date()))
                .toList();
    }

    @Override
    public void visit(Footer footer) throws IOException, InterruptedException {
        Optional<String> market = uncovered(footer.object().key());
        if (market.isPresent()) {
            missing.add(market.get());
            counting.visit(footer);
        } else {
            used.set(true);
        }
    }

    /** The market of an object that the history does not tell of, empty text for any; nothing if it tells of it. */
    private Optional<String> uncovered(String key) {
        if (!own) {
            return told ? Optional.empty() : Optional.of("");
        }
        Optional<String> market = templates.stream()
                .flatMap(template -> template.market(key).stream())
                .findFirst();
        if (market.isEmpty() || knownMarkets.contains("")) {
            // Objects say nothing of markets, or the history does not: it must be whole to tell of all of them.
            return whole ? Optional.empty() : market.or(() -> Optional.of(""));
        }
        return market.filter(m -> !knownMarkets.contains(m));
    }

    @Override
    public List<PlanException> finish() throws InterruptedException {
        counted.accept(table.name(), missing);
        return counting.finish();
    }

    @Override
    public Map<String, ListingCount> listings() {
        if (exact()) {
            return counting.listings();
        }
        Map<String, ListingCount> listings = new HashMap<>(history);
        listings.putAll(counting.listings());
        return listings;
    }

    /** When the history was of no use at all, everything was counted. */
    @Override
    public boolean exact() {
        return !used.get() && counting.exact();
    }

    @Override
    public boolean known() {
        return own || !told || exact();
    }

    /** Days before were published without what was dropped. */
    @Override
    public boolean afterWhere() {
        return own && !exact() && table.definition().where().isPresent();
    }

    @Override
    public long rowsWithoutListing() {
        return counting.rowsWithoutListing();
    }

    @Override
    public void close() {
        counting.close();
    }
}
