package io.tickshred.finalizer.merge;

import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.fleet.Fetches;
import io.tickshred.fleet.Scratch;
import io.tickshred.fleet.Sha256;
import io.tickshred.fleet.TaskException;
import io.tickshred.fleet.TaskFailures;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.model.BatchFile;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.Proof;
import io.tickshred.model.RunSlice;
import io.tickshred.model.StagedFile;
import io.tickshred.model.TableDefinition;
import io.tickshred.parquet.Footer;
import io.tickshred.parquet.FooterReader;
import io.tickshred.parquet.SparseMirror;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.StoredObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one batch of one table: fetches its slices of the accepted runs, merge-sorts them by (listing, order columns,
 * source, row), writes one Parquet object, reads it back for the proof, and uploads it. The same runs give the same
 * bytes, however many threads sort them.
 */
public final class BatchMerger {
    private static final Logger LOG = LoggerFactory.getLogger(BatchMerger.class);

    private final ObjectStore staging;
    private final ObjectStore output;
    private final Path scratchRoot;
    private final DuckDbEngines engines;
    private final Fetches fetches;

    public BatchMerger(
            ObjectStore staging, ObjectStore output, Path scratchRoot, DuckDbEngines engines, Fetches fetches) {
        this.staging = staging;
        this.output = output;
        this.scratchRoot = scratchRoot;
        this.engines = engines;
        this.fetches = fetches;
    }

    /**
     * Merges, proves and uploads.
     *
     * @param keep where the file is moved when it is uploaded, on the same file system as the scratch directory
     * @throws TaskException {@code POISON} when the proof does not hold or a staged object is gone or damaged,
     *     {@code RETRY} when the store, the disk or the memory gave out
     */
    public BatchFile merge(PlanHeader header, TableDefinition table, AcceptedRuns runs, int batch, Optional<Path> keep)
            throws TaskException, InterruptedException {
        List<AcceptedRuns.Piece> pieces = runs.pieces(table.name(), batch);
        String what = "batch " + batch + " of " + table.name() + " on " + header.day();
        String name = "merge-" + header.plan() + "-" + table.name() + "-" + batch;
        try (Scratch scratch = Scratch.open(scratchRoot, name, neededBytes(pieces))) {
            Footer schema = mirror(table, pieces, runs.anyFile(table.name()), scratch.directory());
            Proof expected = pieces.stream().map(p -> p.slice().proof()).reduce(Proof.EMPTY, Proof::plus);
            Merged merged = new Merged(
                    header.day(),
                    table,
                    new StagedRows(schema, batch, scratch.directory().resolve(Merged.RUNS)),
                    batch,
                    expected,
                    runs.extent(table.name()),
                    Optional.empty(),
                    scratch.directory());
            return publish(header, merged, sortAndReadBack(merged, what), what, keep);
        } catch (DuckDbException e) {
            throw TaskFailures.of("cannot merge " + what, Optional.empty(), e);
        } catch (IOException e) {
            throw TaskFailures.of("cannot merge " + what, Optional.empty(), e);
        }
    }

    /**
     * Uploads a batch when the proof of what was read back holds.
     *
     * @param written by {@link #write}
     */
    BatchFile publish(PlanHeader header, Merged merged, Written written, String what, Optional<Path> keep)
            throws DuckDbException, IOException, TaskException, InterruptedException {
        TableDefinition table = merged.table();
        int batch = merged.batch();
        Merged.Found found = checked(written, merged, what);
        String sha256 = Sha256.of(merged.file());
        String key = ObjectKeys.batch(header.day(), header.plan(), table.name(), batch);
        FirstUpload.Uploaded uploaded = new FirstUpload(output).put(key, merged.file());
        String there = uploaded.own() ? sha256 : Sha256.of(merged.file());
        if (!there.equals(sha256)) {
            // An attempt of another version was first: what it wrote stays, if it is the batch.
            LogLine.info(LOG, "Took over what another attempt wrote")
                    .with(LogKey.KEY, key)
                    .with(LogKey.FOUND, there)
                    .with(LogKey.EXPECTED, sha256)
                    .write();
            sha256 = there;
            found = checked(readBack(merged), merged, output.uri(key) + ", " + what + " of another attempt,");
        }
        long memoryBytes = merged.memoryBytes();
        if (keep.isPresent()) {
            Files.move(merged.file(), keep.get());
        }
        return new BatchFile(
                table.name(),
                batch,
                key,
                uploaded.object().sizeBytes(),
                sha256,
                found.proof(),
                found.minTimestamp(),
                found.maxTimestamp(),
                found.listings(),
                Optional.of(memoryBytes));
    }

    /** What was found in the object, when it is what was read, in order. */
    private static Merged.Found checked(Written written, Merged merged, String what) throws TaskException {
        Merged.Found found = written.found();
        if (!found.proof().equals(merged.expected())) {
            throw new TaskException(
                    TaskException.Kind.POISON,
                    "the proof of " + what + " does not hold: read " + merged.expected() + ", written "
                            + found.proof() + "; run the day again with force, and "
                            + (merged.rows().staged() ? "keep its staging for an inquiry" : "report it")
                            + " if it recurs",
                    Optional.empty());
        }
        if (written.outOfOrder() > 0) {
            throw new TaskException(
                    TaskException.Kind.POISON,
                    written.outOfOrder() + " rows of " + what + " as written come before the row in front of them:"
                            + " please report this, with the table's definition",
                    Optional.empty());
        }
        return found;
    }

    /** Sorts, writes and reads back in a session of its own. */
    Written sortAndReadBack(Merged merged, String what) throws DuckDbException, IOException, InterruptedException {
        return engines.withinMemory(
                sessions -> {
                    try (DuckDbSession session = sessions.open(merged.directory())) {
                        merged.rows().prepare(session);
                        return write(merged, session);
                    }
                },
                again(merged.directory(), what));
    }

    /** What all threads together cannot sort within the memory, one thread mostly can; the bytes are the same. */
    static DuckDbEngines.Again<IOException> again(Path directory, String what) {
        return failure -> {
            LogLine.info(LOG, "Done again with one thread")
                    .with(LogKey.OBJECT, what)
                    .with(LogKey.REASON, failure.getMessage())
                    .write();
            Files.deleteIfExists(Merged.file(directory));
        };
    }

    /**
     * Sorts and writes a batch's rows, and reads back what was written.
     *
     * @param session in which the rows are prepared
     */
    static Written write(Merged merged, DuckDbSession session)
            throws DuckDbException, IOException, InterruptedException {
        session.execute(merged.copy(merged.key(session)));
        merged.label();
        return readBack(merged, session);
    }

    private Written readBack(Merged merged) throws DuckDbException, InterruptedException {
        try (DuckDbSession session = engines.open(merged.directory())) {
            return readBack(merged, session);
        }
    }

    private static Written readBack(Merged merged, DuckDbSession session) throws DuckDbException, InterruptedException {
        return new Written(
                session.query(merged.proof(), merged::found).get(0),
                session.query(merged.disorder(), row -> row.int64(0)).get(0));
    }

    /**
     * The object as written, read back.
     *
     * @param outOfOrder rows that come before the row in front of them
     */
    record Written(Merged.Found found, long outOfOrder) {}

    /**
     * Mirrors just the row groups of the batch, one file for each staged object.
     *
     * @return footer of one of them, for the schema
     */
    private Footer mirror(
            TableDefinition table, List<AcceptedRuns.Piece> pieces, Optional<StagedFile> any, Path scratch)
            throws IOException, DuckDbException, TaskException, InterruptedException {
        Path runs = Files.createDirectories(scratch.resolve(Merged.RUNS));
        if (any.isEmpty()) {
            return EmptyRun.write(table, runs);
        } else if (pieces.isEmpty()) {
            return mirror(any.get(), Set.of(), scratch, 0);
        }
        List<Footer> footers =
                fetches.all(IntStream.range(0, pieces.size()).boxed().toList(), number -> {
                    AcceptedRuns.Piece piece = pieces.get(number);
                    RunSlice slice = piece.slice();
                    Set<Integer> rowGroups = IntStream.range(
                                    slice.firstRowGroup(), slice.firstRowGroup() + slice.rowGroups())
                            .boxed()
                            .collect(Collectors.toUnmodifiableSet());
                    try {
                        return mirror(piece.file(), rowGroups, scratch, number);
                    } catch (IOException e) {
                        String what = "cannot fetch a staged run";
                        throw TaskFailures.of(
                                what, Optional.of(staging.uri(piece.file().key())), e);
                    }
                });
        return footers.get(0);
    }

    private Footer mirror(StagedFile file, Set<Integer> rowGroups, Path scratch, int number) throws IOException {
        StoredObject object = new StoredObject(file.key(), file.sizeBytes(), file.etag(), Instant.EPOCH);
        Footer footer = FooterReader.read(staging, object);
        Set<String> columns = footer.columns().stream().map(Footer.Column::name).collect(Collectors.toSet());
        SparseMirror.write(
                staging,
                footer,
                rowGroups,
                columns,
                scratch.resolve(Merged.RUNS).resolve(number + ".parquet"));
        return footer;
    }

    /**
     * The mirrored runs, the sort's spill and the result: four times what runs took in Parquet's first version, a
     * quarter more than they take in the second.
     */
    private static long neededBytes(List<AcceptedRuns.Piece> pieces) {
        return 5 * pieces.stream().mapToLong(AcceptedRuns.Piece::sizeBytes).sum();
    }
}
