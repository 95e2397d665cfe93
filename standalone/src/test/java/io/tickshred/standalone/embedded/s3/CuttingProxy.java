package io.tickshred.standalone.embedded.s3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToIntFunction;

/**
 * Passes bytes between a client and a server, and cuts connections in the middle of the server's answers: the next so
 * many, each after so many bytes, all of them or those that carried a certain request. Or holds answers back for ever.
 */
public final class CuttingProxy implements Closeable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final URI server;
    private final AtomicInteger cutsLeft = new AtomicInteger();
    private final AtomicInteger cuts = new AtomicInteger();
    private volatile long afterBytes;
    private volatile String request = "";
    private final AtomicInteger held = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean holds;

    public CuttingProxy(URI server) throws IOException {
        this.server = server;
        threads.execute(this::accept);
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /** Cuts so many connections, each when it has passed on this many bytes of answers from now on. */
    void cut(int connections, long afterBytes) {
        cutAnswersTo("", connections, afterBytes);
    }

    /** As {@link #cut}, but only connections that carry a request with this text from now on. */
    void cutAnswersTo(String request, int connections, long afterBytes) {
        this.afterBytes = afterBytes;
        this.request = request;
        cutsLeft.set(connections);
    }

    /** From now on no connection that carries a request with this text gets an answer to it. */
    public void holdAnswersTo(String request) {
        this.request = request;
        holds = true;
    }

    /** How many connections wait for an answer that does not come. */
    public int held() {
        return held.get();
    }

    /** How many connections were cut. */
    int cuts() {
        return cuts.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket upstream = new Socket(server.getHost(), server.getPort());
                sockets.add(client);
                sockets.add(upstream);
                AtomicBoolean marked = new AtomicBoolean();
                threads.execute(() -> pass(client, upstream, chunk -> {
                    if ((holds || cutsLeft.get() > 0) && new String(chunk, ISO_8859_1).contains(request)) {
                        marked.set(true);
                    }
                    return chunk.length;
                }));
                AtomicLong passed = new AtomicLong();
                threads.execute(
                        () -> pass(upstream, client, chunk -> marked.get() ? kept(chunk, passed) : chunk.length));
            }
        } catch (IOException e) {
            // closed
        }
    }

    /** How much of a chunk of an answer is passed on; less than all of it means the cut. */
    private int kept(byte[] chunk, AtomicLong passed) {
        if (holds) {
            held.incrementAndGet();
            awaitClose();
            return 0;
        }
        if (cutsLeft.get() <= 0) {
            return chunk.length;
        }
        long left = afterBytes - passed.getAndAdd(chunk.length);
        if (left >= chunk.length || cutsLeft.getAndDecrement() <= 0) {
            return chunk.length;
        }
        cuts.incrementAndGet();
        return (int) Math.max(0, left);
    }

    private void awaitClose() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pass(Socket from, Socket to, ToIntFunction<byte[]> keep) {
        byte[] buffer = new byte[16 * 1024];
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                byte[] chunk = Arrays.copyOf(buffer, read);
                int kept = keep.applyAsInt(chunk);
                out.write(chunk, 0, kept);
                if (kept < read) {
                    return;
                }
            }
        } catch (IOException e) {
            // The other direction was cut or closed.
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        threads.shutdownNow();
    }
}
