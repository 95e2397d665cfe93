package io.tickshred.planner.universe;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The wanted listings of a day.
 *
 * @param members by listing, as text in the form that the data has them in
 * @param notes what was dropped of the object, for the plan
 */
public record Universe(Map<String, Member> members, List<String> notes) {
    public Universe {
        members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        notes = List.copyOf(notes);
    }

    /**
     * What the object says of a listing.
     *
     * @param market that it is traded on
     * @param group value of the column that batches are grouped by
     */
    public record Member(Optional<String> market, Optional<String> group) {
        static final Member NONE = new Member(Optional.empty(), Optional.empty());
    }

    public Set<String> listings() {
        return members.keySet();
    }

    /** Market of a listing, where the object says it. */
    public Optional<String> market(String listing) {
        return members.getOrDefault(listing, Member.NONE).market();
    }

    /** Group of a listing; one without stands alone. */
    public Optional<String> group(String listing) {
        return members.getOrDefault(listing, Member.NONE).group();
    }
}
