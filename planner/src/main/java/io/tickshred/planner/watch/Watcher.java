package io.tickshred.planner.watch;

import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * An open page. What it is told waits here and is sent in order by other threads, one at a time, because a send lasts
 * for as long as its connection takes nothing. A page that falls too far behind is dropped; it opens a new connection
 * and hears of the present first. Thread-safe.
 */
final class Watcher {
    /** Events that wait for a page at most: minutes of a busy fleet. */
    static final int MOST_EVENTS = 500;
    /** Beyond what it hears of the present at first, which may be as long as it is. */
    static final int MOST_CHARS = 8 << 20;

    private final Sse sse;
    private final SseEventSink sink;
    private final Executor senders;
    private final Deque<Event> waiting = new ArrayDeque<>();
    private int waitingChars;
    private int waitingEvents;
    private boolean sending;
    private volatile boolean gone;

    private record Event(String name, String json, boolean present) {}

    Watcher(Sse sse, SseEventSink sink, Executor senders) {
        this.sse = sse;
        this.sink = sink;
        this.senders = senders;
    }

    /** Has an event sent, without waiting for it. */
    void tell(String name, String json) {
        tell(new Event(name, json, false));
    }

    /** As {@link #tell}, for what stands when a page opens: no page is too far behind for that. */
    void tellPresent(String name, String json) {
        tell(new Event(name, json, true));
    }

    private void tell(Event event) {
        int chars = event.json().length();
        synchronized (this) {
            if (gone) {
                return;
            }
            boolean behind = !event.present()
                    && (waitingEvents >= MOST_EVENTS
                            || (waitingEvents > 0 && (long) waitingChars + chars > MOST_CHARS));
            if (!behind) {
                waiting.add(event);
                if (!event.present()) {
                    waitingEvents++;
                    waitingChars += chars;
                }
                if (sending) {
                    return;
                }
                sending = true;
            } else {
                gone = true;
            }
        }
        try {
            // Closing a stream may last as long as a send.
            senders.execute(gone ? this::drop : this::sendAll);
        } catch (RejectedExecutionException e) {
            drop(); // the feed is closed
        }
    }

    private void sendAll() {
        for (Optional<Event> next = next(); next.isPresent(); next = next()) {
            send(next.get());
        }
    }

    private synchronized Optional<Event> next() {
        Optional<Event> next = gone ? Optional.empty() : Optional.ofNullable(waiting.poll());
        next.filter(event -> !event.present()).ifPresent(event -> {
            waitingEvents--;
            waitingChars -= event.json().length();
        });
        sending = next.isPresent();
        return next;
    }

    private void send(Event event) {
        try {
            if (sink.isClosed()) {
                drop();
                return;
            }
            OutboundSseEvent outbound = sse.newEvent(event.name(), event.json());
            sink.send(outbound).whenComplete((sent, failure) -> {
                if (failure != null) {
                    drop();
                }
            });
        } catch (RuntimeException e) {
            drop(); // closed between the question and the send, or by the server
        }
    }

    /** Ends its stream and sends nothing more; the page tries again. */
    void drop() {
        synchronized (this) {
            gone = true;
            waiting.clear();
            waitingEvents = 0;
            waitingChars = 0;
        }
        try {
            sink.close();
        } catch (RuntimeException e) {
            // There is nobody at the other end to tell.
            return;
        }
    }

    boolean isGone() {
        return gone;
    }
}
