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
 * Identity of a dataset definition: the first 16 hexadecimal digits of the SHA-256 of its JSON with fields in the order
 * of their names. Two services with the same fingerprint shred and merge by the same rules.
 */
public final class DatasetFingerprint {
    private static final JsonMapper CANONICAL = MessageCodec.newMapper()
            .rebuild()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .addMixIn(DatasetDefinition.class, Fingerprinted.class)
            .build();

    /** What decides nothing about the rows of a day. */
    @JsonIgnoreProperties({"calendar", "cleanup", "mode"})
    private interface Fingerprinted {}

    private DatasetFingerprint() {}

    /** The definition with its fingerprint, whatever fingerprint it had. */
    public static DatasetDefinition stamped(DatasetDefinition definition) {
        DatasetDefinition bare = with(definition, "");
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(CANONICAL.writeValueAsBytes(bare));
            return with(definition, HexFormat.of().formatHex(hash, 0, 8));
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("cannot compute the fingerprint of dataset " + definition.name(), e);
        }
    }

    private static DatasetDefinition with(DatasetDefinition definition, String fingerprint) {
        return DatasetDefinitionBuilder.from(definition)
                .fingerprint(fingerprint)
                .build();
    }
}
