package io.tickshred.standalone.verify;

import java.util.List;

/**
 * What a check of a day found.
 *
 * @param objects one for each object of the manifest, in its order
 * @param differences empty when the day is exactly what its manifest says
 */
public record Verification(List<CheckedObject> objects, List<Difference> differences) {
    public Verification {
        objects = List.copyOf(objects);
        differences = List.copyOf(differences);
    }

    public boolean sound() {
        return differences.isEmpty();
    }

    /**
     * One object as it was checked.
     *
     * @param rows rows that were read and hashed
     * @param differences how many things about it are not as the manifest says
     */
    public record CheckedObject(String key, String table, int batch, long rows, long sizeBytes, int differences) {}
}
