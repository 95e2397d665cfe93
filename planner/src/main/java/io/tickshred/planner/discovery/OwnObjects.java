package io.tickshred.planner.discovery;

import io.tickshred.config.Locations;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.ObjectKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What of a dataset's input is no source because it lies in the dataset's output or staging. Where one of these is a
 * folder of the input, all in it; where it is the input itself or a folder above, whatever has a key that Tickshred
 * makes. A template that names the folder means the sources that somebody keeps there.
 */
final class OwnObjects {
    private final List<String> below = new ArrayList<>();
    private final List<String> above = new ArrayList<>();

    private OwnObjects(DatasetDefinition dataset) {
        for (String place : List.of(dataset.output(), dataset.staging())) {
            add(dataset.input(), place);
            // A link within the input is followed, and what is behind it may lie in the input too.
            add(Locations.real(dataset.input()), Locations.real(place));
        }
    }

    static OwnObjects of(DatasetDefinition dataset) {
        return new OwnObjects(dataset);
    }

    private void add(String input, String place) {
        folder(place, input).filter(key -> !key.isEmpty()).ifPresent(below::add);
        folder(input, place).ifPresent(above::add);
    }

    /** Key of a place in another, with a slash at its end; empty text if they are one. */
    private static Optional<String> folder(String place, String in) {
        String inner = place.endsWith("/") ? place : place + "/";
        String outer = in.endsWith("/") ? in : in + "/";
        return inner.startsWith(outer) ? Optional.of(inner.substring(outer.length())) : Optional.empty();
    }

    /**
     * Whether an object is no source.
     *
     * @param key in the input
     */
    boolean covers(String key, SourceTemplate template) {
        return below.stream()
                        .anyMatch(folder -> key.startsWith(folder)
                                && (!template.prefix().startsWith(folder)
                                        || ObjectKeys.isOwn(key.substring(folder.length()))))
                || above.stream().anyMatch(path -> ObjectKeys.isOwn(path + key));
    }
}
