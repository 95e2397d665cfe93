package io.tickshred.planner.watch;

import jakarta.ws.rs.core.GenericType;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseBroadcaster;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** Makes events that have a name and data and nothing else. */
final class TestSse implements Sse {
    @Override
    public OutboundSseEvent.Builder newEventBuilder() {
        return new Builder();
    }

    @Override
    public SseBroadcaster newBroadcaster() {
        throw new UnsupportedOperationException("the feed tells each page by itself");
    }

    private record Event(String name, String data) implements OutboundSseEvent {
        @Override
        public Class<?> getType() {
            return String.class;
        }

        @Override
        public Type getGenericType() {
            return String.class;
        }

        @Override
        public MediaType getMediaType() {
            return MediaType.TEXT_PLAIN_TYPE;
        }

        @Override
        public Object getData() {
            return data;
        }

        @Override
        public @Nullable String getId() {
            return null;
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public @Nullable String getComment() {
            return null;
        }

        @Override
        public long getReconnectDelay() {
            return RECONNECT_NOT_SET;
        }

        @Override
        public boolean isReconnectDelaySet() {
            return false;
        }
    }

    private static final class Builder implements OutboundSseEvent.Builder {
        private String name = "";
        private String data = "";

        @Override
        public Builder id(String id) {
            return this;
        }

        @Override
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        @Override
        public Builder reconnectDelay(long milliseconds) {
            return this;
        }

        @Override
        public Builder mediaType(MediaType mediaType) {
            return this;
        }

        @Override
        public Builder comment(String comment) {
            return this;
        }

        @Override
        public Builder data(Class type, Object data) {
            return data(data);
        }

        @Override
        public Builder data(GenericType type, Object data) {
            return data(data);
        }

        @Override
        public Builder data(Object data) {
            this.data = String.valueOf(data);
            return this;
        }

        @Override
        public OutboundSseEvent build() {
            return new Event(name, data);
        }
    }
}
