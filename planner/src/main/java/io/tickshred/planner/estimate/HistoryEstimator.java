package io.tickshred.planner.estimate;

import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.fleet.Scratch;
import io.tickshred.fleet.TaskException;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.Day;
import io.tickshred.model.EstimatorPolicy;
import io.tickshred.model.ListingType;
import io.tickshred.model.TableDefinition;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.estimate.TableEstimate.ListingCount;
import io.tickshred.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/**
 * Takes a listing's rows for the median of the days before that were published, over those on which it had any. Markets
 * are read side by side. What the history does not tell of is counted in the data: the objects of a market that could
 * not be read or is not in it, where the source's template says which those are, and else all of the table.
 */
public final class HistoryEstimator implements SizeEstimator {
    private static final int THREADS = 8;
    private static final int MOST_NAMED = 5;
    private static final int MOST_REASON = 500;

    private final EstimatorPolicy policy;
    private final SizeEstimator counting;
    private final Set<String> tables;
    private final Map<String, Map<String, ListingCount>> byTable = new HashMap<>();
    private final Map<String, String> markets = new HashMap<>();
    private final Map<String, Set<String>> known = new HashMap<>();
    private final List<String> notes = new ArrayList<>();
    /** Markets that cannot be read, and why. */
    private final Map<String, String> failed = new TreeMap<>();

    private final String from;
    private final long requests;
    private boolean whole = true;

    private HistoryEstimator(
            EstimatorPolicy policy, SizeEstimator counting, List<TableDefinition> tables, HistoryDays days, Day day) {
        this.policy = policy;
        this.counting = counting;
        this.tables = tables.stream().map(TableDefinition::name).collect(Collectors.toSet());
        this.from = days.newest()
                .map(newest -> days.days() + " of the " + policy.days() + " days before, the newest " + newest + ", "
                        + ChronoUnit.DAYS.between(newest, day.date()) + " days old")
                .orElse("no day before");
        // A manifest a day; where it stands is looked up before an object is read.
        this.requests = policy.days()
                + 2L * days.objects().values().stream().mapToInt(List::size).sum();
        if (!days.unreadable().isEmpty()) {
            notes.add("manifests that cannot be read: "
                    + some(days.unreadable().stream().map(LocalDate::toString).toList()));
        }
        if (days.days() == 0) {
            notes.add(
                    "none of the " + policy.days() + " days before is published with rows by listing: all is counted");
        }
    }

    /**
     * Reads the history.
     *
     * @param counting what counts the rest
     */
    public static HistoryEstimator read(
            ObjectStore output,
            DatasetDefinition dataset,
            List<TableDefinition> tables,
            Day day,
            ListingType type,
            SizeEstimator counting,
            Path scratch,
            MemoryBudget budget)
            throws PlanException, InterruptedException {
        try (Scratch directory = Scratch.open(scratch, "history", 0);
                Workers workers = new Workers(THREADS);
                SessionPool sessions = new SessionPool(directory.directory(), budget)) {
            HistoryDays days = HistoryDays.read(output, day, dataset.estimator().days(), workers);
            HistoryEstimator estimator = new HistoryEstimator(dataset.estimator(), counting, tables, days, day);
            List<Callable<MarketHistory>> reads = new ArrayList<>();
            for (var market : days.objects().entrySet()) {
                Path own = Files.createDirectory(directory.directory().resolve("market-" + reads.size()));
                reads.add(() -> MarketHistory.read(output, market.getKey(), market.getValue(), type, own, sessions));
            }
            workers.all(reads).forEach(estimator::add);
            return estimator;
        } catch (TaskException | IOException e) {
            throw new PlanException("cannot read the history of " + day + ": " + e.getMessage(), e);
        }
    }

    private void add(MarketHistory market) {
        if (market.failure().isPresent()) {
            whole = false;
            failed.put(market.market(), market.failure().get());
            return;
        }
        market.rows().forEach((table, rows) -> {
            known.computeIfAbsent(table, name -> new HashSet<>()).add(market.market());
            byTable.computeIfAbsent(table, name -> new HashMap<>()).putAll(rows);
            rows.keySet().forEach(listing -> markets.put(listing, market.market()));
        });
    }

    @Override
    public TableEstimate begin(SourceTable table) throws PlanException, InterruptedException {
        boolean own = byTable.containsKey(table.name());
        boolean multiplied = policy.multipliers().containsKey(table.name())
                && tables.contains(policy.base())
                && byTable.containsKey(policy.base());
        return new HistoryEstimate(
                table,
                byTable.getOrDefault(table.name(), Map.of()),
                own || multiplied,
                own,
                known.getOrDefault(table.name(), Set.of()),
                whole,
                counting.begin(table),
                this::counted);
    }

    /** Notes which markets of a table were counted. */
    private void counted(String table, Set<String> missing) {
        if (!known.isEmpty() && !missing.isEmpty()) {
            notes.add(table + " of "
                    + (missing.contains("")
                            ? "all markets"
                            : some(missing.stream().sorted().toList()))
                    + " is not in the history and was counted");
        }
    }

    @Override
    public Optional<String> from() {
        return Optional.of(from);
    }

    @Override
    public Optional<String> market(String listing) {
        return Optional.ofNullable(markets.get(listing)).filter(market -> !market.isEmpty());
    }

    @Override
    public long requests() {
        return requests + counting.requests();
    }

    /** One of all markets that failed: there may be a thousand, and a plan travels with its notes. */
    @Override
    public List<String> notes() {
        List<String> all = new ArrayList<>(notes);
        if (!failed.isEmpty()) {
            Map.Entry<String, String> first = failed.entrySet().iterator().next();
            List<String> names = failed.keySet().stream()
                    .map(market -> market.isEmpty() ? "listings without a market" : market)
                    .toList();
            String reason = first.getValue();
            all.add("the history of "
                    + (failed.size() > 1 ? "markets " : first.getKey().isEmpty() ? "" : "market ")
                    + some(names) + " cannot be read and is counted instead: "
                    + (reason.length() > MOST_REASON ? reason.substring(0, MOST_REASON) + " …" : reason));
        }
        return all;
    }

    private static String some(List<String> names) {
        return names.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
                + (names.size() > MOST_NAMED ? " and " + (names.size() - MOST_NAMED) + " more" : "");
    }
}
