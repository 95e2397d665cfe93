package io.tickshred.standalone.cli;

import io.tickshred.config.DatasetFingerprint;
import io.tickshred.config.Locations;
import io.tickshred.message.RangeStatus;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.Day;
import io.tickshred.model.Manifest;
import io.tickshred.model.RangeDay;
import io.tickshred.model.TableDefinition;
import io.tickshred.standalone.verify.ManifestReader;
import io.tickshred.store.ObjectStore;
import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a command was asked for, to be held against days that it finds published: a day is not run again, so that one of
 * another definition, or with less than was asked for, must not pass for a result.
 *
 * @param dataset by which a day must have been made
 * @param tables that a day must have
 * @param excluded keys that it must not have
 */
record PublishedBefore(DatasetDefinition dataset, Set<String> tables, Set<String> excluded) {
    PublishedBefore {
        tables = new TreeSet<>(tables);
        excluded = new TreeSet<>(excluded);
    }

    /**
     * Of a request.
     *
     * @param tables those of the request, empty for all
     */
    static PublishedBefore of(DatasetDefinition written, List<String> tables, List<String> excluded) {
        List<String> all = written.tables().stream().map(TableDefinition::name).toList();
        return new PublishedBefore(written, Set.copyOf(tables.isEmpty() ? all : tables), Set.copyOf(excluded));
    }

    /**
     * The definition with the fingerprint of its input without symbolic links; its services are all in this process.
     */
    static DatasetDefinition stamped(DatasetDefinition written) {
        return DatasetFingerprint.stamped(written, Locations.real(written.input()));
    }

    /**
     * Refuses a day that is published and is not what was asked for. Said before the day is asked for: nothing that is
     * printed then is of this command.
     */
    void require(ObjectStore output, Day day) throws CommandException {
        Manifest published;
        try {
            published = new ManifestReader().read(output, day);
        } catch (IOException e) {
            // Not published, or the planner says what is wrong with it.
            return;
        }
        Optional<String> difference = difference(published);
        if (difference.isPresent()) {
            throw new CommandException(day + " " + difference.get());
        }
    }

    /** Days that a range found published and that are not what was asked for, each with what is to be said of it. */
    Map<LocalDate, String> differences(RangeStatus range, ObjectStore output) {
        ManifestReader manifests = new ManifestReader();
        Map<LocalDate, String> others = new TreeMap<>();
        for (RangeDay day : range.days()) {
            if (day.wasPublishedBefore()) {
                try {
                    difference(manifests.read(output, new Day(range.range().dataset(), day.date())))
                            .ifPresent(difference -> others.put(day.date(), difference));
                } catch (IOException e) {
                    others.put(day.date(), "was published before: " + e.getMessage());
                }
            }
        }
        return others;
    }

    /** What is to be said of a published day that is not what was asked for; empty where it is. */
    Optional<String> difference(Manifest published) {
        return reason(published)
                .map(reason ->
                        "was published before " + reason + "; run it again with --force, or name another --output");
    }

    private Optional<String> reason(Manifest published) {
        if (!DatasetFingerprint.sameContent(dataset, published.fingerprint())) {
            return Optional.of("by another definition of the dataset (or from another input)");
        }
        Set<String> lacking = new TreeSet<>(tables);
        published.tables().forEach(table -> lacking.remove(table.name()));
        if (!lacking.isEmpty()) {
            return Optional.of("without table " + String.join(", ", lacking));
        }
        Set<String> read = new TreeSet<>(excluded);
        read.removeAll(published.excluded());
        return read.isEmpty()
                ? Optional.empty()
                : Optional.of("with " + String.join(", ", read) + ", which is to be left out now");
    }
}
