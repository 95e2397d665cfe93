package io.tickshred.shred;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.StagedColumns;
import io.tickshred.fleet.Sha256;
import io.tickshred.message.ChunkTask;
import io.tickshred.model.AttemptId;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.Proof;
import io.tickshred.model.RunSlice;
import io.tickshred.model.StagedFile;
import io.tickshred.model.StagedRun;
import io.tickshred.parquet.Footer;
import io.tickshred.parquet.FooterReader;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.StoredObject;
import io.tickshred.store.file.FileObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** Uploads a run that was written to scratch under keys of its attempt, and says where each batch lies in it. */
final class RunStager {
    private final ObjectStore staging;
    private final ChunkTask task;
    private final AttemptId attempt;

    RunStager(ObjectStore staging, ChunkTask task, AttemptId attempt) {
        this.staging = staging;
        this.task = task;
        this.attempt = attempt;
    }

    /** Rows of a run in scratch, by its footer. */
    static long rows(Path run) throws IOException {
        return footer(run).rows();
    }

    /** Stages a packed run as one object. */
    StagedRun packed(Path run, SortedMap<Integer, Proof> proofs) throws IOException {
        StagedFile file =
                upload(ObjectKeys.packedRun(task.day(), task.plan(), task.table(), task.chunk(), attempt), run);
        return new StagedRun(List.of(file), slices(footer(run), proofs));
    }

    /** A batch of a run as a file of its own; the proof is that of no rows where the run has none. */
    record Part(Path file, int batch, Proof proof) {}

    /** Splits a packed run into a file for each batch; without any row, an empty one in the place of batch 0. */
    List<Part> split(DuckDbSession session, ChunkSql sql, Path run, SortedMap<Integer, Proof> proofs)
            throws IOException, DuckDbException, InterruptedException {
        List<Part> parts = new ArrayList<>();
        for (Map.Entry<Integer, Proof> batch :
                proofs.isEmpty() ? Map.of(0, Proof.EMPTY).entrySet() : proofs.entrySet()) {
            Part part = new Part(
                    run.resolveSibling("part-" + batch.getKey() + ".parquet"), batch.getKey(), batch.getValue());
            session.execute(sql.split(run, part.batch(), part.file()));
            if (rows(part.file()) != part.proof().rows()) {
                throw new IllegalStateException("batch " + part.batch() + " has " + rows(part.file())
                        + " rows in the split run, " + part.proof().rows() + " were routed");
            }
            parts.add(part);
        }
        return parts;
    }

    /** Stages the parts of a run as an object each. */
    StagedRun partitioned(List<Part> parts) throws IOException {
        List<StagedFile> files = new ArrayList<>();
        List<RunSlice> slices = new ArrayList<>();
        for (Part part : parts) {
            if (part.proof().rows() > 0) {
                int rowGroups = footer(part.file()).rowGroups().size();
                slices.add(new RunSlice(part.batch(), files.size(), 0, rowGroups, part.proof()));
            }
            files.add(upload(partKey(part.batch()), part.file()));
            Files.delete(part.file());
        }
        return new StagedRun(files, slices);
    }

    private String partKey(int batch) {
        return ObjectKeys.partitionedRun(task.day(), task.plan(), task.table(), task.chunk(), attempt, batch);
    }

    private StagedFile upload(String key, Path file) throws IOException {
        String sha256 = Sha256.of(file);
        StoredObject stored = staging.write(key, file);
        return new StagedFile(key, stored.sizeBytes(), stored.etag(), sha256);
    }

    /**
     * Where each batch lies, by the least and greatest batch of each row group; a batch's rows lie together, in their
     * order.
     */
    private static List<RunSlice> slices(Footer footer, SortedMap<Integer, Proof> proofs) {
        List<RunSlice> slices = new ArrayList<>();
        int group = 0;
        for (Map.Entry<Integer, Proof> batch : proofs.entrySet()) {
            while (bound(footer, group, true) < batch.getKey()) {
                group++;
            }
            int last = group;
            while (last + 1 < footer.rowGroups().size() && bound(footer, last + 1, false) <= batch.getKey()) {
                last++;
            }
            slices.add(new RunSlice(batch.getKey(), 0, group, last - group + 1, batch.getValue()));
            group = last;
        }
        return slices;
    }

    private static int bound(Footer footer, int group, boolean greatest) {
        if (group >= footer.rowGroups().size()) {
            throw new IllegalStateException("the run ends before its last batch");
        }
        return footer.rowGroups().get(group).chunks().stream()
                .filter(c -> c.column().equals(StagedColumns.BATCH))
                .findFirst()
                .flatMap(c -> greatest ? c.max() : c.min())
                .map(Integer::parseInt)
                .orElseThrow(() -> new IllegalStateException("the run has no statistics of its batches"));
    }

    private static Footer footer(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IllegalArgumentException("no folder: " + file);
        }
        try (ObjectStore local = new FileObjectStore(folder)) {
            return FooterReader.read(local, local.head(file.getFileName().toString()));
        }
    }
}
