package io.tickshred.transport;

/** A record is larger than the log takes: no other attempt to publish it will do better. */
public final class OversizedRecordException extends TransportException {
    private static final long serialVersionUID = 1;

    public OversizedRecordException(String message) {
        super(message);
    }

    public OversizedRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
