package io.tickshred.message;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import io.tickshred.model.AttemptId;
import io.tickshred.model.BucketWidth;
import io.tickshred.model.ColumnType;
import io.tickshred.model.PlanId;
import io.tickshred.model.RangeId;
import io.tickshred.model.RowHash;
import io.tickshred.model.SourcesHash;
import java.io.IOException;
import java.util.function.Function;

/** Writes the model's identities and hashes as plain JSON strings, so that the model needs no annotations. */
final class ModelJson extends SimpleModule {
    private static final long serialVersionUID = 1;

    ModelJson() {
        text(PlanId.class, PlanId::new);
        text(AttemptId.class, AttemptId::new);
        text(BucketWidth.class, BucketWidth::new);
        text(RangeId.class, RangeId::parse);
        text(RowHash.class, RowHash::parse);
        text(SourcesHash.class, SourcesHash::parse);
        text(ColumnType.class, ColumnType::new);
    }

    private <T> void text(Class<T> type, Function<String, T> parse) {
        addSerializer(type, new StdScalarSerializer<T>(type) {
            private static final long serialVersionUID = 1;

            @Override
            public void serialize(T value, JsonGenerator out, SerializerProvider provider) throws IOException {
                out.writeString(value.toString());
            }
        });
        addDeserializer(type, new FromStringDeserializer<T>(type) {
            private static final long serialVersionUID = 1;

            @Override
            protected T _deserialize(String value, DeserializationContext context) {
                return parse.apply(value);
            }
        });
    }
}
