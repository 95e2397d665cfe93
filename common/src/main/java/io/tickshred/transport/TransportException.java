package io.tickshred.transport;

/** The message log could not do what was asked; says which topic or broker and what to do. */
public class TransportException extends Exception {
    private static final long serialVersionUID = 1;

    public TransportException(String message, Throwable cause) {
        super(message, cause);
    }

    public TransportException(String message) {
        super(message);
    }
}
