package io.tickshred.standalone.cli;

/** A command could not do what was asked. Its message is the one line that the person reads; exit code 1. */
final class CommandException extends Exception {
    private static final long serialVersionUID = 1;

    CommandException(String message) {
        super(message);
    }

    CommandException(String message, Throwable cause) {
        super(message, cause);
    }
}
