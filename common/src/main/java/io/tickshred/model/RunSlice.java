package io.tickshred.model;

/**
 * Where the rows of one batch lie in a staged run.
 *
 * @param batch the batch
 * @param file index into {@link StagedRun#files}
 * @param firstRowGroup first row group that holds a row of the batch; a neighbour batch may share it
 * @param rowGroups number of consecutive row groups
 * @param proof rows and hash of the batch in this run, computed from the source
 */
public record RunSlice(int batch, int file, int firstRowGroup, int rowGroups, Proof proof) {
    public RunSlice {
        if (batch < 0 || file < 0 || firstRowGroup < 0 || rowGroups < 1) {
            throw new IllegalArgumentException("slice of batch " + batch + " is not valid: file " + file
                    + ", row groups " + firstRowGroup + "+" + rowGroups);
        }
    }
}
