package io.tickshred.app;

import io.dropwizard.configuration.EnvironmentVariableSubstitutor;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.tickshred.log.JsonLayout;

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

    /** Says in one line why the service cannot start, and ends with status 1. */
    @Override
    protected void onFatalError(Throwable t) {
        Throwable cause = t;
        while (cause.getMessage() == null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String why = name + " cannot start: " + cause.getMessage();
        // The log is set up by the configuration, which may be what is wrong.
        System.err.println(
                "json".equals(System.getenv("LOG_FORMAT"))
                        ? JsonLayout.error(getClass().getName(), why)
                        : why);
        super.onFatalError(t);
    }

    /** Makes the service and hands it to {@link Wiring#run}. */
    protected abstract void start(FleetConfiguration configuration, Wiring wiring, Environment environment)
            throws Exception;
}
