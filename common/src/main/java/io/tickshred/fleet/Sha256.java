package io.tickshred.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.util.HexFormat;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * SHA-256 of files, as 64 hexadecimal digits. Computed by the processor's own instructions where Amazon Corretto Crypto
 * Provider is on the class path and runs on this machine, else by Java, which uses them in code that its second
 * compiler made.
 */
public final class Sha256 {
    private static final String NAME = "SHA-256";
    private static final int BUFFER_BYTES = 1 << 16;

    /** Loaded at the first use: not every process computes one. */
    private static final class Native {
        static final Optional<Provider> PROVIDER = find();

        private static Optional<Provider> find() {
            try {
                return ServiceLoader.load(Provider.class, Sha256.class.getClassLoader()).stream()
                        .filter(found -> found.type().getName().startsWith("com.amazon.corretto.crypto."))
                        .findFirst()
                        .map(ServiceLoader.Provider::get)
                        // Without its library it is there, and provides nothing.
                        .filter(provider -> provider.getService("MessageDigest", NAME) != null);
            } catch (ServiceConfigurationError | LinkageError e) {
                return Optional.empty();
            }
        }

        private Native() {}
    }

    private Sha256() {}

    public static String of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return of(in);
        }
    }

    /** Reads the stream to its end. */
    public static String of(InputStream in) throws IOException {
        MessageDigest digest = newDigest();
        DigestInputStream stream = new DigestInputStream(in, digest);
        byte[] buffer = new byte[BUFFER_BYTES];
        while (stream.read(buffer) >= 0) {
            // The stream feeds the digest.
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest newDigest() {
        try {
            return Native.PROVIDER.isPresent()
                    ? MessageDigest.getInstance(NAME, Native.PROVIDER.get())
                    : MessageDigest.getInstance(NAME);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
