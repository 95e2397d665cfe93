package io.tickshred.config;

import io.tickshred.model.MetricRole;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The metrics that ship with Tickshred: the SQL, the table that it reads, and what its columns are usually called. */
enum ShippedMetric {
    TRADES_BARS(
            "trades-bars",
            "trades",
            List.of(
                    role("price", false, "Price", "TradePrice"),
                    role("size", false, "Size", "TradeSize", "Quantity", "Volume"),
                    role("side", true, "AggressorSide", "Side"),
                    role("class", true, "TradeClass", "Class"))),
    QUOTES_SPREAD(
            "quotes-spread",
            "quotes",
            List.of(
                    role("bid", false, "BidPrice", "Bid", "BestBidPrice", "BidPrice1"),
                    role("ask", false, "AskPrice", "Ask", "BestAskPrice", "AskPrice1"),
                    role("bid_size", true, "BidSize", "BestBidSize", "BidQuantity", "BidSize1"),
                    role("ask_size", true, "AskSize", "BestAskSize", "AskQuantity", "AskSize1")));

    private final String text;
    private final String table;
    private final List<MetricRole> roles;

    ShippedMetric(String text, String table, List<MetricRole> roles) {
        this.text = text;
        this.table = table;
        this.roles = roles;
    }

    private static MetricRole role(String name, boolean optional, String... candidates) {
        return new MetricRole(name, List.of(candidates), optional);
    }

    static Optional<ShippedMetric> find(String name) {
        return Arrays.stream(values())
                .filter(metric -> metric.text.equals(name))
                .findFirst();
    }

    /** Names for a message to a person. */
    static String names() {
        return Arrays.stream(values()).map(metric -> metric.text).collect(Collectors.joining(", "));
    }

    /** What its SQL calls the table, and what a dataset mostly calls it too. */
    String table() {
        return table;
    }

    List<MetricRole> roles() {
        return roles;
    }

    String sql() {
        String resource = "metrics/" + text + ".sql";
        try (InputStream sql = ShippedMetric.class.getResourceAsStream(resource)) {
            if (sql == null) {
                throw new IllegalStateException("the build left out the resource " + resource);
            }
            return new String(sql.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the resource " + resource + " cannot be read", e);
        }
    }
}
