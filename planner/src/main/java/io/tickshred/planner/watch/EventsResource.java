package io.tickshred.planner.watch;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;

/** {@code GET /events}: server-sent events for as long as the client stays; see {@link WatchFeed} for their names. */
@Path("/events")
public final class EventsResource {
    private final WatchFeed feed;

    public EventsResource(WatchFeed feed) {
        this.feed = feed;
    }

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public void events(@Context SseEventSink sink, @Context Sse sse) {
        feed.watch(sse, sink);
    }
}
