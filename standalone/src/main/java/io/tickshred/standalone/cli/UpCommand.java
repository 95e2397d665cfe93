package io.tickshred.standalone.cli;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tickshred.config.ConfigException;
import io.tickshred.config.DatasetFile;
import io.tickshred.config.DatasetOverrides;
import io.tickshred.config.Datasets;
import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.fleet.ProcessLock;
import io.tickshred.standalone.LocalFleet;
import io.tickshred.standalone.LocalFleetSettings;
import io.tickshred.standalone.embedded.s3.EmbeddedS3;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code up}: a whole fleet in this process, until it is stopped. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = "Runs embedded Kafka and S3 and all services until stopped, on 127.0.0.1 only. "
                + "What it stores is there again at the next start.",
        footer = {
            "",
            "Examples:",
            "  ./tickshred up",
            "  ./tickshred up --datasets DIR --workers 4 --memory 4GiB",
            "  ./tickshred up --kafka-port 19092 --s3-port 19000 \\",
            "      --http-port 18080 --admin-port 18081"
        })
final class UpCommand implements Callable<Integer> {
    /** The dataset that commands ask for where no other is named. */
    private static final String TRADES = "trades";

    private static final String SOURCES = "market";
    private static final String OUTPUT = "tickshred";
    private static final long CHECK_MILLIS = 500;

    @ParentCommand
    private @Nullable Tickshred root;

    @Option(
            names = "--datasets",
            paramLabel = "DIR",
            description =
                    "Directory of datasets' YAML files (default: one dataset, trades, from s3://market to s3://tickshred).")
    private @Nullable Path datasets;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Kafka's and S3's data (default: the work directory's 'up').")
    private @Nullable Path dataDirectory;

    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            description = "0 for any free one (default: ${DEFAULT-VALUE}).")
    private int kafkaPort = 9092;

    @Option(names = "--s3-port", paramLabel = "PORT", description = "0 for any free one (default: ${DEFAULT-VALUE}).")
    private int s3Port = 9000;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            description = "Planner's HTTP and /metrics; 0 for any free one (default: ${DEFAULT-VALUE}).")
    private int httpPort = 8080;

    @Option(
            names = "--admin-port",
            paramLabel = "PORT",
            description = "Health check; 0 for any free one (default: ${DEFAULT-VALUE}).")
    private int adminPort = 8081;

    @Mixin
    private FleetOptions fleet = new FleetOptions();

    @Override
    public Integer call() throws Exception {
        UpServer.requireFree(httpPort, adminPort);
        UpServer.requireFree("Kafka", kafkaPort, "--kafka-port");
        UpServer.requireFree("S3", s3Port, "--s3-port");
        Path data = dataDirectory == null ? fleet.workDirectory().resolve("up") : dataDirectory;
        Datasets known = datasets();
        Console console = Objects.requireNonNull(root).console();
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        DuckDbEngines engines = fleet.memoryPlan().open();
        try (WorkDirectory work = WorkDirectory.open(fleet.workDirectory(), "up", console::warn);
                ProcessLock held = hold(data);
                EmbeddedS3 s3 = ShownFleet.startS3(
                        EmbeddedS3.Settings.of(data.resolve("s3"), s3Port, SOURCES, OUTPUT), console);
                ShownFleet shown = ShownFleet.start(
                        known,
                        new LocalFleetSettings(data, kafkaPort, fleet.workers(), engines, s3.configuration()),
                        registry,
                        console);
                UpServer http = UpServer.start(shown.fleet(), registry, httpPort, adminPort)) {
            LocalFleet services = shown.fleet();
            describe(console.out(), known, services, s3, http, work);
            while (services.trouble().isEmpty()) {
                Thread.sleep(CHECK_MILLIS);
            }
            throw new CommandException(services.trouble().get() + " (" + work.log() + ")");
        } catch (InterruptedException e) {
            console.out().println("stopped");
            return 0;
        }
    }

    private static ProcessLock hold(Path data) throws CommandException {
        try {
            return ProcessLock.tryTake(data.resolve("up.lock"))
                    .orElseThrow(() -> new CommandException("another ./tickshred up runs on " + data
                            + "; stop it, or name another directory with --data-dir"));
        } catch (IOException e) {
            throw new CommandException("cannot write to " + data + "; name another directory with --data-dir", e);
        }
    }

    private static void describe(
            PrintStream out, Datasets known, LocalFleet services, EmbeddedS3 s3, UpServer http, WorkDirectory work) {
        String planner = "http://127.0.0.1:" + http.ports().get(0);
        out.println("datasets  " + known.names());
        out.println("kafka     " + services.bootstrapServers());
        out.println("s3        " + s3.endpoint() + ", buckets " + SOURCES + " and " + OUTPUT);
        out.println("          export AWS_ACCESS_KEY_ID="
                + s3.configuration().accessKey().orElse("") + " AWS_SECRET_ACCESS_KEY="
                + s3.configuration().secretKey().orElse("") + " AWS_REGION=us-east-1");
        out.println("          aws --endpoint-url " + s3.endpoint() + " s3 cp --recursive DIR s3://" + SOURCES);
        out.println("planner   " + planner + " (/plans, /days, /metrics), admin http://127.0.0.1:"
                + http.ports().get(1));
        asking(known, services.bootstrapServers(), planner).forEach(out::println);
        out.println("page      " + planner + "/");
        out.println("status    ./tickshred status --watch --bootstrap " + services.bootstrapServers());
        out.println("log       " + work.log());
        out.println("Stop with Ctrl-C.");
        out.flush();
    }

    /** How to ask for a day of a dataset that is there: of the one that commands take by default, or the first. */
    static List<String> asking(Datasets known, String bootstrapServers, String planner) {
        boolean byDefault = known.find(TRADES).isPresent();
        String dataset = byDefault ? TRADES : known.all().iterator().next().name();
        return List.of(
                "plan      ./tickshred plan DATE --wait" + (byDefault ? "" : " --dataset " + dataset) + " --bootstrap "
                        + bootstrapServers,
                "          curl -d '{\"dataset\": \"" + dataset + "\", \"date\": \"DATE\"}' " + planner + "/plans");
    }

    private Datasets datasets() throws ConfigException {
        return datasets == null
                ? Datasets.of(List.of(DatasetFile.trades(new DatasetOverrides(
                        Optional.of("s3://" + SOURCES),
                        Optional.of("s3://" + OUTPUT),
                        Optional.empty(),
                        Optional.empty(),
                        OptionalLong.empty(),
                        OptionalInt.empty(),
                        OptionalLong.empty(),
                        List.of()))))
                : Datasets.load(datasets);
    }
}
