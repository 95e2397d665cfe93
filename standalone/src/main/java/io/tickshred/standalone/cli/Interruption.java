package io.tickshred.standalone.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns SIGINT and SIGTERM into an interrupt of the command's thread, and holds the end of the process until the
 * command has closed what it opened. A shutdown hook alone would race with the command.
 */
final class Interruption {
    private static final long GRACE_SECONDS = 30;

    private final CountDownLatch released = new CountDownLatch(1);

    private Interruption() {}

    static Interruption ofThisThread() {
        Interruption interruption = new Interruption();
        Thread command = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> interruption.interrupt(command), "interruption"));
        return interruption;
    }

    /** The command is done; the process may end. */
    void release() {
        released.countDown();
    }

    private void interrupt(Thread command) {
        if (released.getCount() == 0) {
            return;
        }
        command.interrupt();
        try {
            if (!released.await(GRACE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("tickshred: not everything was closed within " + GRACE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
