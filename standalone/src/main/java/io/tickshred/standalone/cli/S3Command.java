package io.tickshred.standalone.cli;

import io.tickshred.fleet.ProcessLock;
import io.tickshred.standalone.embedded.s3.EmbeddedS3;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code s3}: the S3 server alone, for fleets on one machine that run as processes or containers of their own. */
@Command(
        name = "s3",
        mixinStandardHelpOptions = true,
        description =
                "Runs an S3 server until stopped; buckets are directories. For trials and tests, not for production. "
                        + "Requests must be signed with the credentials in S3_ACCESS_KEY and S3_SECRET_KEY "
                        + "(default: tickshred, tickshred-secret).",
        footer = {"", "Example: ./tickshred s3 --data-dir DIR --bucket market --bucket tickshred"})
final class S3Command implements Callable<Integer> {
    @ParentCommand
    private @Nullable Tickshred root;

    @Option(names = "--data-dir", paramLabel = "DIR", required = true, description = "Where its buckets lie.")
    private Path dataDirectory = Path.of("");

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "0.0.0.0 lets other machines in (default: ${DEFAULT-VALUE}).")
    private String host = "127.0.0.1";

    @Option(names = "--port", paramLabel = "PORT", description = "0 for any free one (default: ${DEFAULT-VALUE}).")
    private int port = 9000;

    @Option(names = "--bucket", paramLabel = "NAME", description = "Made if missing; may be given more than once.")
    private List<String> buckets = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        PrintStream out = Objects.requireNonNull(root).console().out();
        EmbeddedS3.Settings settings = new EmbeddedS3.Settings(
                dataDirectory,
                host,
                port,
                buckets,
                secret("S3_ACCESS_KEY", "tickshred"),
                secret("S3_SECRET_KEY", "tickshred-secret"));
        try (ProcessLock held = ProcessLock.tryTake(dataDirectory.resolve("s3.lock"))
                        .orElseThrow(() -> new CommandException("another S3 server runs on " + dataDirectory
                                + "; stop it, or name another directory with --data-dir"));
                EmbeddedS3 server = EmbeddedS3.start(settings)) {
            out.println("s3        " + server.endpoint() + ", buckets " + buckets);
            out.flush();
            new CountDownLatch(1).await();
            return 0;
        } catch (InterruptedException e) {
            out.println("stopped");
            return 0;
        }
    }

    private static String secret(String variable, String otherwise) {
        String value = System.getenv(variable);
        return value == null || value.isEmpty() ? otherwise : value;
    }
}
