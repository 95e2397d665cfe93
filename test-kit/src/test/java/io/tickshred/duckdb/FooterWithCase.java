package io.tickshred.duckdb;

import io.tickshred.parquet.Footer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A footer with a column renamed in its bytes too; DuckDB writes no file whose names differ in case alone. */
final class FooterWithCase {
    private FooterWithCase() {}

    static Footer of(Footer footer, String from, String to) {
        byte[] bytes = new byte[footer.footerBytes()];
        footer.serialized().duplicate().get(bytes);
        String renamed = new String(bytes, StandardCharsets.ISO_8859_1).replace(from, to);
        List<Footer.Column> columns = footer.columns().stream()
                .map(c -> c.name().equals(from) ? new Footer.Column(to, c.type()) : c)
                .toList();
        return new Footer(
                footer.object(),
                ByteBuffer.wrap(renamed.getBytes(StandardCharsets.ISO_8859_1)),
                columns,
                footer.rowGroups());
    }
}
