package io.tickshred.log;

import java.util.Locale;

/** The vocabulary of the log: what may stand beside a message, spelled as in messages, metrics and documents. */
public enum LogKey {
    DATASET("dataset of the day"),
    DATE("date of the day"),
    RANGE("range, as dataset/from..to"),
    PLAN("plan, an attempt at the day"),
    BY("plan that takes this one's place"),
    STATE("state that the day or range is in from now on"),
    TABLE("table of the dataset"),
    CHUNK("number of the chunk in its plan"),
    BATCH("number of the batch in its plan"),
    METRIC("metric of the dataset"),
    ATTEMPT("attempt at the task; part of all keys that it wrote"),
    DELIVERY("how many times the task has been delivered, this one included"),
    OUTCOME("what became of a task"),
    WORKER("instance that works on tasks"),
    INSTANCE("instance that logs"),
    OBJECT("key of the object at fault"),
    MANIFEST("URI of the manifest"),
    URI("URI of an object, or of all under it"),
    REASON("why, in one line, with what to do"),
    NOTE("what else a person should know"),
    ROWS("rows of the result"),
    ROUTED("rows written to a batch"),
    FILTERED("rows dropped by the table's where"),
    OUTSIDE("rows of listings outside of the universe"),
    BYTES("bytes written, or swept"),
    FETCHED("bytes fetched from sources"),
    STAGED("bytes staged"),
    MILLIS("milliseconds that it took"),
    CHUNKS("number of chunks"),
    BATCHES("number of batches"),
    DAYS("number of days"),
    MISSING("days that are missing"),
    KNOWN("days that were published before"),
    PUBLISHED("days published"),
    FAILED("days failed"),
    SKIPPED("days skipped"),
    WAITING("days not begun"),
    DELETED("objects and directories that a sweep deleted"),
    LISTED("objects and directories that a sweep would delete"),
    DATASETS("names of datasets"),
    QUEUE("work queue"),
    TOPIC("topic without prefix, or with it where the brokers are spoken to"),
    PARTITION("partition of the topic"),
    PARTITIONS("number of partitions"),
    OFFSET("offset in the partition"),
    KEY("key of a record or an object"),
    GROUP("group on the brokers"),
    COORDINATOR("coordinator of the service"),
    SETTING("name of a setting"),
    VALUE("value of a setting"),
    DEAD("thread that died"),
    SLOTS("tasks in hand at a time"),
    ENGINES("DuckDBs at a time"),
    MEMORY("how the process divides its memory"),
    SCRATCH("directory of scratch disk"),
    EXPECTED("what should have been found"),
    FOUND("what was found"),
    DIRECTORY("directory"),
    ENDPOINT("address of a server"),
    BUCKETS("buckets of a server");

    private final String meaning;

    LogKey(String meaning) {
        this.meaning = meaning;
    }

    public String meaning() {
        return meaning;
    }

    /** As it stands in a line. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The key that is spelled so. */
    public static LogKey of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
