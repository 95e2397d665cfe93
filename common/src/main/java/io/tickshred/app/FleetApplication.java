package io.tickshred.app;

import io.dropwizard.configuration.EnvironmentVariableSubstitutor;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.core.Application;
import io.dropwizard.core.cli.CheckCommand;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ServerCommand;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.tickshred.log.JsonLayout;
import java.util.stream.Collectors;
import net.sourceforge.argparse4j.inf.Namespace;
import org.slf4j.LoggerFactory;

/** A service as a process of its own, started with {@code server <name>.yml}: reads the environment, wires, runs. */
public abstract class FleetApplication extends Application<FleetConfiguration> {
    private final String name;

    protected FleetApplication(String name) {
        this.name = name;
    }

    @Override
    public final String getName() {
        return name;
    }

    @Override
    public final void initialize(Bootstrap<FleetConfiguration> bootstrap) {
        bootstrap.setConfigurationSourceProvider(new SubstitutingSourceProvider(
                bootstrap.getConfigurationSourceProvider(), new EnvironmentVariableSubstitutor(false)));
    }

    @Override
    public final void run(FleetConfiguration configuration, Environment environment) throws Exception {
        start(configuration, new Wiring(configuration, environment), environment);
    }

    @Override
    protected void addDefaultCommands(Bootstrap<FleetConfiguration> bootstrap) {
        bootstrap.addCommand(new ServerCommand<>(this) {
            @Override
            public void onError(Cli cli, Namespace namespace, Throwable e) {
                // Told by onFatalError, without the stack trace that this would print.
            }
        });
        bootstrap.addCommand(new CheckCommand<>(this));
    }

    /**
     * Says in one line why the service cannot start, and ends with status 1; the stack trace only where the level is
     * DEBUG.
     */
    @Override
    protected void onFatalError(Throwable t) {
        if (LoggerFactory.getLogger(FleetApplication.class).isDebugEnabled()) {
            t.printStackTrace(); // not logged: a log's writer may not come to it before the end
        }
        Throwable cause = t;
        while (cause.getMessage() == null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String why = name + " cannot start: "
                + (cause.getMessage() == null ? cause.getClass().getSimpleName() : inOneLine(cause.getMessage()));
        // The log is set up by the configuration, which may be what is wrong.
        System.err.println(
                "json".equals(System.getenv("LOG_FORMAT"))
                        ? JsonLayout.error(getClass().getName(), why)
                        : why);
        super.onFatalError(t);
    }

    /** Without what a YAML parser adds to point into a text that is not shown. */
    private static String inOneLine(String message) {
        return message.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.equals("^") && !line.startsWith("at [Source:"))
                .collect(Collectors.joining(" "));
    }

    /** Makes the service and hands it to {@link Wiring#run}. */
    protected abstract void start(FleetConfiguration configuration, Wiring wiring, Environment environment)
            throws Exception;
}
