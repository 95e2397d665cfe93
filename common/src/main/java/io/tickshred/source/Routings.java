package io.tickshred.source;

import io.tickshred.model.BatchMap;
import io.tickshred.model.PlanId;
import io.tickshred.model.Unlisted;
import java.util.LinkedHashMap;
import java.util.Map;

/** The routings of the plans last worked on, so that each is made once and not for each task. Thread-safe. */
public final class Routings {
    private static final int KEPT = 4;

    private final Map<PlanId, Routing> recent = new LinkedHashMap<>(KEPT * 2, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PlanId, Routing> eldest) {
            return size() > KEPT;
        }
    };

    public synchronized Routing of(PlanId plan, BatchMap map, Unlisted unlisted) {
        return recent.computeIfAbsent(plan, p -> new Routing(map, unlisted));
    }

    public synchronized void forget(PlanId plan) {
        recent.remove(plan);
    }
}
