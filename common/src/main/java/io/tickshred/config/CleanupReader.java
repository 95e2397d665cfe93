package io.tickshred.config;

import io.tickshred.model.CleanupPolicy;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a dataset's {@code cleanup}: {@code keepBatches: true}, {@code false} or {@code N days}. */
final class CleanupReader {
    private static final Pattern DAYS = Pattern.compile("([1-9][0-9]{0,4}) days?");

    private CleanupReader() {}

    static CleanupPolicy read(YamlReader root, boolean metrics) throws ConfigException {
        Optional<YamlNode> node = root.take("cleanup");
        if (node.isEmpty()) {
            return CleanupPolicy.KEEP;
        }
        YamlReader cleanup = YamlReader.of(node.get(), "cleanup");
        String text = cleanup.text("keepBatches").orElse("true");
        cleanup.finish();
        Matcher days = DAYS.matcher(text);
        if (text.equals("true")) {
            return CleanupPolicy.KEEP;
        } else if (days.matches()) {
            return new CleanupPolicy(Optional.of(Integer.valueOf(days.group(1))));
        } else if (!text.equals("false")) {
            throw cleanup.place("keepBatches")
                    .error("must be true, false or a number of days such as '7 days', found '" + text + "'");
        } else if (!metrics) {
            throw cleanup.place("keepBatches")
                    .error("would delete all that a dataset without metrics makes; define metrics, or write true");
        }
        return new CleanupPolicy(Optional.of(0));
    }
}
