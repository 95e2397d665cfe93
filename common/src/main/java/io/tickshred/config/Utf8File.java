package io.tickshred.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a person's text file: UTF-8, with a byte order mark or without. */
final class Utf8File {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private Utf8File() {}

    /**
     * The text of a file, without its byte order mark.
     *
     * @throws ConfigException if it is not UTF-8, naming the first line that is not
     */
    static String read(Path file) throws IOException, ConfigException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        if (isUtf16(bytes)) {
            throw new ConfigException(file + ": is UTF-16, not UTF-8; save it as UTF-8");
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer text = CharBuffer.allocate(bytes.limit());
        CoderResult result = decoder.decode(bytes, text, true);
        String read = text.flip().toString();
        if (result.isError()) {
            long line = 1 + read.chars().filter(c -> c == '\n').count();
            throw new ConfigException(String.format(
                    "%s:%d: is not UTF-8: byte 0x%02X after '%s'; save the file as UTF-8",
                    file, line, bytes.get(bytes.position()), tail(read)));
        }
        return read.startsWith(String.valueOf(BYTE_ORDER_MARK)) ? read.substring(1) : read;
    }

    /** By its byte order mark, or by the zero in the first character of a text that is written in ASCII. */
    private static boolean isUtf16(ByteBuffer bytes) {
        if (bytes.limit() < 2) {
            return false;
        }
        int first = bytes.get(0) & 0xFF;
        int second = bytes.get(1) & 0xFF;
        return first == 0xFF && second == 0xFE || first == 0xFE && second == 0xFF || (first == 0) != (second == 0);
    }

    /** What stands before the byte on its line, at most a few words of it. */
    private static String tail(String read) {
        String line = read.substring(read.lastIndexOf('\n') + 1);
        return line.substring(Math.max(0, line.length() - 20)).strip();
    }
}
