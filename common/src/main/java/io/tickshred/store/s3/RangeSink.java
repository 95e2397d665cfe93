package io.tickshred.store.s3;

import io.tickshred.store.ByteRange;
import io.tickshred.store.RangePlan.Fetch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Puts the wanted parts of one fetch where they belong, chunk by chunk as they arrive: nothing is collected, and the
 * next chunk is asked for when the last one is in its place. The SDK starts it again for each attempt, so that a body
 * that breaks off or comes short is fetched anew.
 */
final class RangeSink implements AsyncResponseTransformer<GetObjectResponse, Void> {
    /** Where bytes go; called by one thread at a time, but by many sinks at once. */
    interface Target {
        void put(ByteBuffer bytes, long offset) throws IOException;
    }

    private final Fetch fetch;
    private final Target target;
    private volatile CompletableFuture<Void> attempt = new CompletableFuture<>();

    RangeSink(Fetch fetch, Target target) {
        this.fetch = fetch;
        this.target = target;
    }

    @Override
    public CompletableFuture<Void> prepare() {
        attempt = new CompletableFuture<>();
        return attempt;
    }

    @Override
    public void onResponse(GetObjectResponse response) {
        ByteRange span = fetch.span();
        String expected = "bytes " + span.offset() + "-" + (span.end() - 1) + "/";
        String found = response.contentRange();
        if (found == null || !found.startsWith(expected)) {
            attempt.completeExceptionally(
                    new IOException("the server sent another range: expected " + expected + "…, found " + found));
        }
    }

    @Override
    public void onStream(SdkPublisher<ByteBuffer> publisher) {
        publisher.subscribe(new Body(attempt));
    }

    @Override
    public void exceptionOccurred(Throwable error) {
        attempt.completeExceptionally(error);
    }

    private final class Body implements Subscriber<ByteBuffer> {
        private final CompletableFuture<Void> done;
        private @Nullable Subscription subscription;
        private long position = fetch.span().offset();
        private int next;

        Body(CompletableFuture<Void> done) {
            this.done = done;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            this.subscription = subscription;
            subscription.request(1);
        }

        @Override
        public void onNext(ByteBuffer bytes) {
            if (subscription == null) {
                return;
            }
            if (done.isDone()) {
                subscription.cancel();
                return;
            }
            try {
                put(bytes);
                subscription.request(1);
            } catch (IOException | RuntimeException e) {
                subscription.cancel();
                done.completeExceptionally(e);
            }
        }

        private void put(ByteBuffer bytes) throws IOException {
            long end = position + bytes.remaining();
            List<ByteRange> wanted = fetch.wanted();
            while (next < wanted.size() && wanted.get(next).offset() < end) {
                ByteRange range = wanted.get(next);
                long from = Math.max(range.offset(), position);
                long to = Math.min(range.end(), end);
                if (from < to) {
                    int start = bytes.position() + (int) (from - position);
                    target.put(bytes.duplicate().position(start).limit(start + (int) (to - from)), from);
                }
                if (range.end() > end) {
                    break;
                }
                next++;
            }
            position = end;
        }

        @Override
        public void onError(Throwable error) {
            done.completeExceptionally(error);
        }

        @Override
        public void onComplete() {
            if (position == fetch.span().end()) {
                done.complete(null);
            } else {
                done.completeExceptionally(RetryableException.create(
                        "the body came short: expected " + fetch.span().length() + " bytes, found "
                                + (position - fetch.span().offset())));
            }
        }
    }
}
