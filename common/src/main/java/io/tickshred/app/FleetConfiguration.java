package io.tickshred.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.core.Configuration;
import io.dropwizard.util.DataSize;
import io.tickshred.config.KafkaConfiguration;
import io.tickshred.config.S3Configuration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The configuration file of a service. Addresses and secrets come from the environment by {@code ${NAME:-default}}. */
@SuppressWarnings("NullAway.Init") // Jackson sets the fields, and validation refuses those it could not.
public class FleetConfiguration extends Configuration {
    @JsonProperty
    @NotNull
    private String instance = hostName();

    @JsonProperty
    @NotNull
    private Path datasets = Path.of("datasets");

    @JsonProperty
    @NotNull
    @Valid
    private KafkaConfiguration kafka;

    @JsonProperty
    @NotNull
    @Valid
    private S3Configuration s3;

    @JsonProperty
    @NotNull
    @Valid
    private WorkConfiguration work = WorkConfiguration.defaults();

    @JsonProperty
    @NotNull
    private DataSize workerMemory = DataSize.mebibytes(512);

    @JsonProperty
    @NotNull
    @Valid
    private SweepConfiguration sweep = SweepConfiguration.defaults();

    @JsonProperty
    private @Nullable String cloudWatchNamespace;

    @JsonProperty
    @NotNull
    private RequestPricing requestPrices = RequestPricing.S3_STANDARD;

    /** Name of the instance, unique in the fleet while it runs; the host's name by default. */
    public String instance() {
        return instance;
    }

    /** Directory of the datasets' YAML files. */
    public Path datasets() {
        return datasets;
    }

    public KafkaConfiguration kafka() {
        return kafka;
    }

    public S3Configuration s3() {
        return s3;
    }

    public WorkConfiguration work() {
        return work;
    }

    /** How finalizers sweep the stores of their datasets by themselves. */
    public SweepConfiguration sweep() {
        return sweep;
    }

    /** Memory limit of a shred worker's DuckDB: the planner cuts chunks that such a worker can sort in it. */
    public DataSize workerMemory() {
        return workerMemory;
    }

    /**
     * Namespace of CloudWatch in which the planner tells the backlog, in lines on its standard output; empty for none.
     */
    public Optional<String> cloudWatchNamespace() {
        return Optional.ofNullable(cloudWatchNamespace).filter(name -> !name.isBlank());
    }

    /** What the store takes for requests: a planner's previews say what a day would cost. */
    public RequestPricing requestPrices() {
        return requestPrices;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "instance-" + ProcessHandle.current().pid();
        }
    }
}
