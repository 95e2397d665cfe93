package io.tickshred.message;

/** How long texts are in messages. */
public final class JsonText {
    private JsonText() {}

    /** At most what a text takes in JSON, with quotes and comma. */
    public static int maxBytes(String text) {
        int bytes = 3;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x20 ? 6 : c == '"' || c == '\\' ? 2 : c < 0x80 ? 1 : 3;
        }
        return bytes;
    }
}
