package io.tickshred.message;

import java.io.IOException;

/** What lies at a manifest's key cannot be read as one. Its message is one line: where, what is wrong, what to do. */
public final class DamagedManifestException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedManifestException(String message) {
        super(message);
    }

    DamagedManifestException(String message, Throwable cause) {
        super(message, cause);
    }
}
