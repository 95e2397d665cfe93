package io.tickshred.shred;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.fleet.TaskException;
import io.tickshred.message.ChunkTask;
import io.tickshred.message.ChunkTask.ChunkSource;
import io.tickshred.model.AttemptId;
import io.tickshred.model.Batch;
import io.tickshred.model.BatchCaps;
import io.tickshred.model.BatchMap;
import io.tickshred.model.ListingType;
import io.tickshred.model.OutputColumn;
import io.tickshred.model.PlanId;
import io.tickshred.model.SourceColumn;
import io.tickshred.model.StagingLayout;
import io.tickshred.model.TableColumns;
import io.tickshred.model.TableDefinition;
import io.tickshred.model.Unlisted;
import io.tickshred.parquet.Footer;
import io.tickshred.parquet.FooterReader;
import io.tickshred.source.Routing;
import io.tickshred.store.StoredObject;
import io.tickshred.store.file.FileObjectStore;
import io.tickshred.testkit.Plans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A chunk of a folder's files, shredded into another folder; what does not matter to a test is set here. */
final class Shredding {
    static final PlanId PLAN = PlanId.create(Plans.NOON);

    private final Path input;
    private final Path temp;
    private TableDefinition table = table("ListingId", List.of("TradeTimestampNanoseconds", "SeqNo"), "", List.of());
    private BatchMap map = new BatchMap(ListingType.INT64, List.of(new Batch(0, List.of())));
    private Unlisted unlisted = Unlisted.OUTSIDE;
    private List<String> strays = List.of();
    private StagingLayout layout = StagingLayout.PACKED;
    private MemoryBudget budget = new MemoryBudget(256 << 20, 2);

    Shredding(Path input, Path temp) {
        this.input = input;
        this.temp = temp;
    }

    static TableDefinition table(String listing, List<String> order, String where, List<OutputColumn> select) {
        return new TableDefinition(
                "trades",
                List.of("**"),
                listing,
                order,
                order.get(0),
                Optional.of(where).filter(w -> !w.isEmpty()),
                select,
                new BatchCaps(1, 1));
    }

    Shredding table(TableDefinition definition) {
        table = definition;
        return this;
    }

    /** The columns of the day, as the plan says them; call it after {@link #universe}. */
    Shredding planned(SourceColumn... columns) {
        map = new BatchMap(map.listingType(), map.batches(), List.of(new TableColumns("trades", List.of(columns))));
        return this;
    }

    Shredding layout(StagingLayout wanted) {
        layout = wanted;
        return this;
    }

    Shredding budget(long bytes, int threads) {
        budget = new MemoryBudget(bytes, threads);
        return this;
    }

    /** Deals the listings out to batches in turn; the map's batches are sorted by nothing in particular. */
    Shredding universe(ListingType type, List<String> listings, int batches) {
        List<List<String>> dealt = new ArrayList<>();
        for (int b = 0; b < batches; b++) {
            dealt.add(new ArrayList<>());
        }
        for (int i = 0; i < listings.size(); i++) {
            dealt.get(i % batches).add(listings.get(i));
        }
        List<Batch> numbered = new ArrayList<>();
        dealt.forEach(members -> numbered.add(new Batch(numbered.size(), members)));
        map = new BatchMap(type, numbered);
        return this;
    }

    /** Listings that are not in the batch map, such as these, are adopted. */
    Shredding adopting(List<String> listings) {
        unlisted = Unlisted.ADOPTED;
        strays = listings;
        return this;
    }

    Path staging() {
        return temp.resolve("staging");
    }

    Path scratch() {
        return temp.resolve("scratch");
    }

    ChunkSource source(int ordinal, String key) throws IOException {
        try (FileObjectStore store = new FileObjectStore(input)) {
            StoredObject object = store.head(key);
            Footer footer = FooterReader.read(store, object);
            return new ChunkSource(
                    ordinal,
                    key,
                    object.etag(),
                    object.sizeBytes(),
                    footer.rows(),
                    0,
                    footer.rowGroups().size());
        }
    }

    List<ChunkSource> sources(List<String> keys) throws IOException {
        List<ChunkSource> sources = new ArrayList<>();
        for (String key : keys) {
            sources.add(source(sources.size(), key));
        }
        return sources;
    }

    StoredObject head(String key) throws IOException {
        try (FileObjectStore store = new FileObjectStore(input)) {
            return store.head(key);
        }
    }

    /** Shreds; whatever comes of it, nothing may be left in scratch. */
    ShreddedChunk shred(List<ChunkSource> sources) throws TaskException, InterruptedException, IOException {
        try {
            return shredAnyhow(sources);
        } finally {
            try (Stream<Path> left = Files.walk(scratch())) {
                assertThat(left).containsExactly(scratch());
            }
        }
    }

    ShreddedChunk shredAnyhow(List<ChunkSource> sources) throws TaskException, InterruptedException {
        ChunkTask task = new ChunkTask(
                PLAN,
                Plans.DAY,
                "0123456789abcdef",
                "trades",
                3,
                map.listingType(),
                map.batches().size(),
                1,
                sources,
                Optional.of(unlisted));
        try (Shredder shredder = new Shredder(scratch(), DuckDbEngines.one(budget));
                FileObjectStore in = new FileObjectStore(input);
                FileObjectStore out = new FileObjectStore(staging())) {
            return shredder.shred(task, table, layout, new Routing(map, unlisted), in, out, AttemptId.create());
        }
    }

    List<Path> staged(ShreddedChunk chunk) {
        return chunk.run().files().stream().map(f -> staging().resolve(f.key())).toList();
    }

    static List<String> parquetFiles(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(f -> f.toString().endsWith(".parquet"))
                    .map(f -> root.relativize(f).toString())
                    .sorted()
                    .toList();
        }
    }

    /** The batch map as SQL rows. */
    String routing() {
        StringBuilder rows = new StringBuilder("(VALUES (NULL, NULL)");
        map.batches().forEach(batch -> batch.listings().forEach(listing -> rows.append(", ('")
                .append(listing.replace("'", "''"))
                .append("', ")
                .append(batch.number())
                .append(")")));
        strays.forEach(listing -> rows.append(", ('")
                .append(listing)
                .append("', ")
                .append(Unlisted.adopter(listing, map.batches().size()))
                .append(")"));
        return rows.append(") routing(listing, batch)").toString();
    }
}
