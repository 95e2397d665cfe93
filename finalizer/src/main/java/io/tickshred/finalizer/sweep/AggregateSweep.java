package io.tickshred.finalizer.sweep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.AggregateManifest;
import io.tickshred.model.ObjectKeys;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Deletes old objects of aggregates that the manifest of their range does not name, and old uploads of such. The
 * manifest is read for each object right before it is deleted, and once more after: an aggregate whose object is there
 * already needs no upload to be published, so that it may come in between however short that is.
 */
final class AggregateSweep {
    private final ObjectStore output;
    private final LivePlans plans;
    private final SweepRules rules;
    private final JsonMapper mapper = MessageCodec.newMapper();

    AggregateSweep(ObjectStore output, LivePlans plans, SweepRules rules) {
        this.output = output;
        this.plans = plans;
        this.rules = rules;
    }

    /**
     * Sweeps.
     *
     * @param now time of the output store
     * @param delete false to list alone
     */
    void sweep(Collection<FoundAggregate> found, Instant now, boolean delete, SweepReport report)
            throws IOException, InterruptedException {
        Map<String, List<FoundAggregate>> aggregates = found.stream()
                .filter(thing -> rules.old(thing.written(), now))
                .collect(Collectors.groupingBy(
                        thing -> thing.place().toString(), TreeMap::new, Collectors.toUnmodifiableList()));
        for (List<FoundAggregate> things : aggregates.values()) {
            sweepOne(things, now, delete, report);
        }
    }

    private void sweepOne(List<FoundAggregate> things, Instant now, boolean delete, SweepReport report)
            throws IOException, InterruptedException {
        ObjectKeys.AggregatePlace place = things.get(0).place();
        try {
            Optional<String> named = named(place);
            List<FoundAggregate> orphans = things.stream()
                    .filter(thing -> thing.upload().isPresent() || !named.equals(Optional.of(thing.key())))
                    .toList();
            if (orphans.isEmpty()) {
                return;
            }
            plans.refresh();
            Optional<String> ignorant = plans.ignorant(place.range(), place.metric());
            if (ignorant.isPresent()) {
                report.unknown("left alone " + place + ": " + ignorant.get() + " knows nothing of it");
            } else if (!plans.live(place.range(), place.metric())) {
                for (FoundAggregate orphan : orphans) {
                    sweepOne(orphan, now, delete, report);
                }
            }
        } catch (JsonProcessingException e) {
            report.leftAlone("left alone " + place + ": its manifest cannot be read: " + e.getOriginalMessage());
        }
    }

    private void sweepOne(FoundAggregate orphan, Instant now, boolean delete, SweepReport report) throws IOException {
        SweepReport.Swept swept = new SweepReport.Swept(
                output.uri(orphan.key()),
                orphan.sizeBytes(),
                orphan.upload().isPresent()
                        ? "unfinished upload of an aggregate"
                        : "object of an aggregate that its manifest does not name");
        if (!delete) {
            report.found(swept);
        } else if (orphan.upload().isPresent()) {
            report.found(swept);
            output.abortUpload(orphan.upload().get());
            report.deleted(swept);
        } else if (stillOld(orphan.key(), now) && !named(orphan.place()).equals(Optional.of(orphan.key()))) {
            report.found(swept);
            output.delete(List.of(orphan.key()));
            report.deleted(swept);
            if (named(orphan.place()).equals(Optional.of(orphan.key()))) {
                report.leftAlone(orphan.place() + " was published while its object was swept: ask for it again, which"
                        + " writes the object again");
            }
        }
    }

    /** Another attempt may have deleted and written it since it was listed. */
    private boolean stillOld(String key, Instant now) throws IOException {
        try {
            return rules.old(output.head(key).lastModified(), now);
        } catch (ObjectStoreException e) {
            if (e.kind() == ObjectStoreException.Kind.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    /** Key of the object that counts, by the manifest as it stands. */
    private Optional<String> named(ObjectKeys.AggregatePlace place) throws IOException {
        try {
            byte[] content = output.read(ObjectKeys.aggregateManifest(place.range(), place.metric()));
            return Optional.of(
                    mapper.readValue(content, AggregateManifest.class).key());
        } catch (ObjectStoreException e) {
            if (e.kind() == ObjectStoreException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
