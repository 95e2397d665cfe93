package io.tickshred.message;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.fasterxml.jackson.module.paramnames.ParameterNamesModule;
import io.tickshred.model.Spelling;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Messages as JSON objects with a {@code type} (the record's name in kebab case) and a {@code version}. Unknown fields
 * of what services write are ignored, so that a new field needs no new version; an unknown type or version is refused.
 * Thread-safe.
 */
public final class MessageCodec {
    private static final int VERSION = 1;
    private static final Map<String, Class<? extends Message>> TYPES = new HashMap<>();

    static {
        for (Class<?> type : Message.class.getPermittedSubclasses()) {
            TYPES.put(typeName(type), type.asSubclass(Message.class));
        }
    }

    private final JsonMapper mapper = newMapper();

    /** The one JSON mapper configuration of messages, manifests and HTTP bodies. */
    public static JsonMapper newMapper() {
        return JsonMapper.builder()
                .addModule(new Jdk8Module())
                .addModule(new JavaTimeModule())
                .addModule(new ParameterNamesModule())
                .addModule(new ModelJson())
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                .disable(JsonReadFeature.ALLOW_TRAILING_COMMA.mappedFeature())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .build();
    }

    /** The name that stands in {@code type}: {@code ChunkTask} is {@code chunk-task}. */
    public static String typeName(Class<?> type) {
        return type.getSimpleName().replaceAll("(?<!^)([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
    }

    public byte[] encode(Message message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            byte[] fields = mapper.writeValueAsBytes(message);
            String head = "{\"type\":\"" + typeName(message.getClass()) + "\",\"version\":" + VERSION;
            bytes.writeBytes(head.getBytes(StandardCharsets.UTF_8));
            // What Jackson wrote is an object too: its fields follow on, without a tree between.
            if (fields.length > 2) {
                bytes.write(',');
            }
            bytes.write(fields, 1, fields.length - 1);
            return bytes.toByteArray();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + message.getClass().getSimpleName(), e);
        }
    }

    /**
     * Reads a message.
     *
     * @throws MalformedMessageException if the bytes are not JSON, the type or version is unknown, or a field is
     *     missing or not valid
     */
    public Message decode(byte[] bytes) throws MalformedMessageException {
        return decode(bytes, "", false);
    }

    /**
     * Reads a message; where it names no type or version, as a person's may not, the given type and version 1 hold.
     * What names no version is by hand, and an unknown field is refused in it: it is a misspelt one, which would run
     * something else than was meant.
     */
    public Message decode(byte[] bytes, String defaultType) throws MalformedMessageException {
        return decode(bytes, defaultType, true);
    }

    private Message decode(byte[] bytes, String defaultType, boolean mayBeByHand) throws MalformedMessageException {
        try {
            JsonNode body = mapper.readTree(bytes);
            if (!(body instanceof ObjectNode object)) {
                throw new MalformedMessageException("a message must be a JSON object");
            }
            String typeName = object.path("type").asText(defaultType);
            Class<? extends Message> type = TYPES.get(typeName);
            if (type == null) {
                throw new MalformedMessageException(
                        "unknown message type: " + (typeName.isEmpty() ? "none" : typeName));
            }
            JsonNode version = object.path("version");
            if (!version.isMissingNode() && !version.equals(IntNode.valueOf(VERSION))) {
                throw new MalformedMessageException(typeName + " has version " + version
                        + ", this service reads version " + VERSION + ": upgrade it");
            }
            if (mayBeByHand && version.isMissingNode()) {
                requireKnown(object, type);
            }
            if (type == PlanRequest.class) {
                fillIn(object, List.of("tables", "exclude"));
            } else if (type == RangeRequest.class) {
                fillIn(object, List.of("tables", "dates"));
            } else if (type == AggregateRequest.class) {
                fillIn(object, List.of("metrics"));
            }
            return mapper.treeToValue(object, type);
        } catch (JacksonException e) {
            throw new MalformedMessageException("not a valid message: " + JsonReason.of(e), e);
        } catch (IOException e) {
            throw new MalformedMessageException("not a valid message: " + e.getMessage(), e);
        }
    }

    private static void requireKnown(ObjectNode message, Class<? extends Message> type)
            throws MalformedMessageException {
        List<String> known = Stream.concat(
                        Stream.of("type", "version"),
                        Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName))
                .toList();
        for (Iterator<String> names = message.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                throw new MalformedMessageException("unknown field " + name + "; known: "
                        + String.join(", ", known.subList(2, known.size())) + Spelling.hint(name, known));
            }
        }
    }

    /** People write requests by hand: what they may leave out. */
    private static void fillIn(ObjectNode request, List<String> lists) {
        if (!request.hasNonNull("force")) {
            request.put("force", false);
        }
        for (String list : lists) {
            if (!request.hasNonNull(list)) {
                request.putArray(list);
            }
        }
    }
}
