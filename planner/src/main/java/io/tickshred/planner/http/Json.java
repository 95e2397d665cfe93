package io.tickshred.planner.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tickshred.message.MessageCodec;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;

/** Answers in JSON, written as messages are. */
final class Json {
    private static final JsonMapper MAPPER = MessageCodec.newMapper();

    private Json() {}

    static Response of(Response.ResponseBuilder answer, Object body) {
        try {
            return answer.type(MediaType.APPLICATION_JSON_TYPE)
                    .entity(MAPPER.writeValueAsString(body))
                    .build();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + body.getClass().getSimpleName(), e);
        }
    }

    /** One clear message. */
    static Response error(Response.Status status, String message) {
        return of(Response.status(status), Map.of("error", message));
    }
}
