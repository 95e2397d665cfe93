package io.tickshred.finalizer.publish;

import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.fleet.Fetches;
import io.tickshred.fleet.Scratch;
import io.tickshred.fleet.Sha256;
import io.tickshred.fleet.TaskException;
import io.tickshred.fleet.TaskFailures;
import io.tickshred.model.Batch;
import io.tickshred.model.BatchFile;
import io.tickshred.model.BatchMap;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.ListingsFile;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.TableDefinition;
import io.tickshred.model.Unlisted;
import io.tickshred.parquet.Footer;
import io.tickshred.parquet.FooterReader;
import io.tickshred.parquet.SparseMirror;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.StoredObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes how many rows each listing has in each table, one object for each market, from the batches as published: their
 * listing and market columns alone, which are sorted and dictionary-encoded and take a few kilobytes each. The same
 * batches give the same bytes. On the way it is proven that the rows are those of the batches, and that a listing is in
 * one batch, the same in every table.
 */
public final class ListingsWriter implements ListingCounts {
    /** Markets that get an object each; a column with more of them is none of markets. */
    private static final int MOST_MARKETS = 1000;

    private final ObjectStore output;
    private final Path scratchRoot;
    private final DuckDbEngines engines;
    private final Fetches fetches;

    public ListingsWriter(ObjectStore output, Path scratchRoot, DuckDbEngines engines, Fetches fetches) {
        this.output = output;
        this.scratchRoot = scratchRoot;
        this.engines = engines;
        this.fetches = fetches;
    }

    @Override
    public PublishedListings publish(
            PlanHeader header, DatasetDefinition dataset, BatchMap map, List<List<BatchFile>> files)
            throws TaskException, InterruptedException {
        String what = "cannot count the listings of " + header.day();
        try (Scratch scratch = Scratch.open(scratchRoot, "listings-" + header.plan(), 0)) {
            List<ListingsSql.Mirrored> tables = new ArrayList<>();
            for (String name : header.tables()) {
                TableDefinition table = dataset.table(name).orElseThrow();
                tables.add(mirror(table, dataset.estimator().market(), files, scratch.directory()));
            }
            try (DuckDbSession session = engines.open(scratch.directory())) {
                ListingsSql sql = new ListingsSql(tables, header.listingType());
                for (String statement : sql.count()) {
                    session.execute(statement);
                }
                check(header, sql, session, files);
                List<Optional<String>> markets = session.query(
                        sql.markets(), row -> row.isNull(0) ? Optional.empty() : Optional.of(row.text(0)));
                if (markets.size() > MOST_MARKETS) {
                    session.execute(sql.forgetMarkets());
                    markets = List.of(Optional.empty());
                }
                List<ListingsFile> written = new ArrayList<>();
                for (Optional<String> market : markets) {
                    Path file = scratch.directory().resolve("market-" + written.size() + ".parquet");
                    session.execute(sql.copy(market, file));
                    String key = ObjectKeys.listings(header.day(), header.plan(), written.size());
                    written.add(session.query(
                                    sql.sizes(market),
                                    row -> new ListingsFile(
                                            market, key, 0, "", Math.toIntExact(row.int64(0)), row.int64(1)))
                            .get(0));
                }
                return new PublishedListings(upload(written, scratch.directory()), adopted(header, map, sql, session));
            }
        } catch (DuckDbException e) {
            throw TaskFailures.of(what, Optional.empty(), e);
        } catch (IOException e) {
            throw TaskFailures.of(what, Optional.empty(), e);
        }
    }

    private ListingsSql.Mirrored mirror(TableDefinition table, String market, List<List<BatchFile>> files, Path scratch)
            throws IOException, TaskException, InterruptedException {
        Path directory = Files.createDirectories(scratch.resolve(table.name()));
        List<BatchFile> objects = files.stream()
                .flatMap(List::stream)
                .filter(file ->
                        file.table().equals(table.name()) && file.proof().rows() > 0)
                .toList();
        List<Boolean> hasMarket = fetches.all(objects, file -> {
            try {
                StoredObject object = output.head(file.key());
                Footer footer = FooterReader.read(output, object);
                Set<String> columns = new LinkedHashSet<>(Set.of(table.listing()));
                footer.column(market).ifPresent(column -> columns.add(column.name()));
                Set<Integer> groups =
                        IntStream.range(0, footer.rowGroups().size()).boxed().collect(Collectors.toSet());
                SparseMirror.write(output, footer, groups, columns, directory.resolve(file.batch() + ".parquet"));
                return columns.contains(market);
            } catch (IOException e) {
                throw TaskFailures.of("cannot read a batch", Optional.of(output.uri(file.key())), e);
            }
        });
        return new ListingsSql.Mirrored(
                table.name(),
                table.listing(),
                Optional.of(market).filter(column -> hasMarket.contains(true)),
                objects.stream().map(BatchFile::batch).toList(),
                directory);
    }

    private static void check(PlanHeader header, ListingsSql sql, DuckDbSession session, List<List<BatchFile>> files)
            throws DuckDbException, TaskException, InterruptedException {
        long expected = files.stream()
                .flatMap(List::stream)
                .mapToLong(file -> file.proof().rows())
                .sum();
        long found = session.query(sql.rows(), row -> row.int64(0)).get(0);
        List<String> torn = session.query(sql.torn(), row -> row.text(0));
        if (found != expected || !torn.isEmpty()) {
            throw new TaskException(
                    TaskException.Kind.POISON,
                    "the batches of " + header.day() + " have " + found + " rows of listings, by their proofs "
                            + expected
                            + (torn.isEmpty() ? "" : "; in more than one batch: " + String.join(", ", torn))
                            + "; run the day again with force, and report it if it stays",
                    Optional.empty());
        }
    }

    private List<ListingsFile> upload(List<ListingsFile> files, Path directory)
            throws TaskException, InterruptedException {
        return fetches.all(IntStream.range(0, files.size()).boxed().toList(), number -> {
            ListingsFile file = files.get(number);
            Path local = directory.resolve("market-" + number + ".parquet");
            try {
                StoredObject stored = output.write(file.key(), local);
                return new ListingsFile(
                        file.market(), file.key(), stored.sizeBytes(), Sha256.of(local), file.listings(), file.rows());
            } catch (IOException e) {
                throw TaskFailures.of("cannot publish the listings", Optional.of(output.uri(file.key())), e);
            }
        });
    }

    private static Map<Integer, List<String>> adopted(
            PlanHeader header, BatchMap map, ListingsSql sql, DuckDbSession session)
            throws DuckDbException, InterruptedException {
        Map<Integer, List<String>> adopted = new HashMap<>();
        if (header.unlisted().orElse(Unlisted.OUTSIDE) == Unlisted.ADOPTED) {
            Set<String> planned = new HashSet<>();
            for (Batch batch : map.batches()) {
                planned.addAll(batch.listings());
            }
            session.query(sql.listings(), row -> Map.entry(row.text(0), Math.toIntExact(row.int64(1))))
                    .forEach(found -> {
                        if (!planned.contains(found.getKey())) {
                            adopted.computeIfAbsent(found.getValue(), batch -> new ArrayList<>())
                                    .add(found.getKey());
                        }
                    });
        }
        return adopted;
    }
}
