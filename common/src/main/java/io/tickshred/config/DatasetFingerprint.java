package io.tickshred.config;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.DatasetDefinitionBuilder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Identity of a dataset definition, 16 hexadecimal digits: 8 of the SHA-256 of what decides the bytes of a day, then 8
 * of the SHA-256 of all of it, each of the JSON with fields in the order of their names. Two services with the same
 * fingerprint shred and merge by the same rules; two days with the same first half were made by the same rules from the
 * same input, wherever they were published and however they were cut.
 */
public final class DatasetFingerprint {
    private static final int HALF = 8;

    private static final JsonMapper ALL = canonical(Fingerprinted.class);
    private static final JsonMapper CONTENT = canonical(Content.class);

    /** What decides nothing about the rows of a day. */
    @JsonIgnoreProperties({"calendar", "cleanup", "mode"})
    private interface Fingerprinted {}

    /** Nor what decides only where they go, and how they are shared among workers on the way. */
    @JsonIgnoreProperties({"calendar", "cleanup", "mode", "output", "staging", "chunks", "layout"})
    private interface Content {}

    private DatasetFingerprint() {}

    private static JsonMapper canonical(Class<?> fields) {
        return MessageCodec.newMapper()
                .rebuild()
                .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .addMixIn(DatasetDefinition.class, fields)
                .build();
    }

    /** The definition with its fingerprint, whatever fingerprint it had. */
    public static DatasetDefinition stamped(DatasetDefinition definition) {
        return stamped(definition, definition.input());
    }

    /** The definition with the fingerprint that it has when its input is spelled so. */
    public static DatasetDefinition stamped(DatasetDefinition definition, String input) {
        DatasetDefinition bare = DatasetDefinitionBuilder.from(definition)
                .input(input)
                .fingerprint("")
                .build();
        return DatasetDefinitionBuilder.from(definition)
                .fingerprint(half(CONTENT, bare) + half(ALL, bare))
                .build();
    }

    /** Whether days of both come to the same bytes. */
    public static boolean sameContent(String fingerprint, String other) {
        return fingerprint.length() == 2 * HALF && fingerprint.regionMatches(0, other, 0, HALF);
    }

    /**
     * Whether a definition comes to the same bytes as a day of a fingerprint, which may be of another path to the same
     * input: as the definition spells it, or without symbolic links. Looks at directories, not at objects.
     */
    public static boolean sameContent(DatasetDefinition definition, String published) {
        return sameContent(definition.fingerprint(), published)
                || sameContent(stamped(definition).fingerprint(), published)
                || sameContent(
                        stamped(definition, Locations.real(definition.input())).fingerprint(), published);
    }

    private static String half(JsonMapper mapper, DatasetDefinition bare) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(mapper.writeValueAsBytes(bare));
            return HexFormat.of().formatHex(hash, 0, HALF / 2);
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("cannot compute the fingerprint of dataset " + bare.name(), e);
        }
    }
}
