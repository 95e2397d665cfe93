package io.tickshred.fleet;

import io.tickshred.config.Datasets;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.Day;
import io.tickshred.model.TableDefinition;
import java.util.Optional;

/** Finds the definition that a task was planned with; one of another text is never used in its place. */
public final class DatasetLookup {
    private final Datasets datasets;

    public DatasetLookup(Datasets datasets) {
        this.datasets = datasets;
    }

    /**
     * The dataset of a task.
     *
     * @throws TaskException {@code RETRY} when this instance does not hold the definition of that fingerprint: another
     *     instance may
     */
    public DatasetDefinition require(Day day, String fingerprint) throws TaskException {
        DatasetDefinition dataset = require(day);
        if (!dataset.fingerprint().equals(fingerprint)) {
            throw new TaskException(
                    TaskException.Kind.RETRY,
                    "dataset " + day.dataset() + " is defined differently here (" + dataset.fingerprint()
                            + ") than in the planner (" + fingerprint
                            + "); deploy the same YAML file to all services",
                    Optional.empty());
        }
        return dataset;
    }

    /** The dataset by its name alone, for what needs no more than to know where its objects lie. */
    public DatasetDefinition require(Day day) throws TaskException {
        return datasets.find(day.dataset())
                .orElseThrow(() -> new TaskException(
                        TaskException.Kind.RETRY,
                        "dataset " + day.dataset() + " is not in this service's configuration, which has "
                                + datasets.names() + "; deploy its YAML file to all services",
                        Optional.empty()));
    }

    /** The table of a task, or {@code POISON} if the dataset has none of that name. */
    public static TableDefinition table(DatasetDefinition dataset, String table) throws TaskException {
        return dataset.table(table)
                .orElseThrow(() -> new TaskException(
                        TaskException.Kind.POISON,
                        "dataset " + dataset.name() + " has no table " + table,
                        Optional.empty()));
    }
}
