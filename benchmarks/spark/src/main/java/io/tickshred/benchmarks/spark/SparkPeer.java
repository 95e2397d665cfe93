package io.tickshred.benchmarks.spark;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Apache Spark in one process, as people use it for this job: {@code SparkPeer INPUT MAP OUTPUT BATCHES THREADS}. One
 * shuffle partition a batch, rows sorted in it, one file a batch.
 */
public final class SparkPeer {
    private SparkPeer() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 5) {
            System.err.println("usage: SparkPeer INPUT MAP OUTPUT BATCHES THREADS");
            System.exit(2);
        }
        String output = arguments[2];
        try (SparkSession spark = SparkSession.builder()
                .appName("tickshred-benchmark")
                .master("local[" + arguments[4] + "]")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.local.dir", output + ".spill")
                // Spark has no nanosecond timestamps: their number keeps all digits.
                .config("spark.sql.legacy.parquet.nanosAsLong", "true")
                .getOrCreate()) {
            spark.sparkContext().setLogLevel("WARN");
            Dataset<Row> trades = spark.read()
                    .option("recursiveFileLookup", "true")
                    .option("pathGlobFilter", "*.parquet")
                    .parquet(arguments[0]);
            Dataset<Row> map = spark.read().parquet(arguments[1]);
            trades.join(broadcast(map), "ListingId")
                    .repartition(Integer.parseInt(arguments[3]), col("batch"))
                    .sortWithinPartitions("batch", "ListingId", "TradeTimestampNanoseconds", "SeqNo")
                    .write()
                    .partitionBy("batch")
                    .option("compression", "zstd")
                    .parquet(output);
        }
    }
}
