package io.tickshred.standalone.embedded;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.jspecify.annotations.Nullable;

/** Looks for and checks ports on the loopback address. */
public final class FreePorts {
    private FreePorts() {}

    public static int find() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    /** Fails with a line for users when the port is taken, before anything was started. */
    public static void requireFree(String what, int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress("127.0.0.1", port), 1);
        } catch (BindException e) {
            throw new IOException(
                    "Port " + port + " for " + what + " is in use: end the program that listens on 127.0.0.1:" + port
                            + ", or choose another port (0 takes any free one).",
                    e);
        }
    }

    public static boolean isBindFailure(@Nullable Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            if (cause instanceof BindException || (message != null && message.contains("Address already in use"))) {
                return true;
            }
        }
        return false;
    }
}
