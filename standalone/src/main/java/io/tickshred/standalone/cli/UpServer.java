package io.tickshred.standalone.cli;

import com.codahale.metrics.health.HealthCheck;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import io.dropwizard.request.logging.LogbackAccessRequestLogFactory;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tickshred.standalone.LocalFleet;
import io.tickshred.standalone.embedded.FreePorts;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.io.IOException;
import java.net.BindException;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;

/**
 * The HTTP side of {@code up}: the planner's resources and {@code /metrics} of all services on one port, Dropwizard's
 * health check and tools on another. On 127.0.0.1 only.
 */
final class UpServer implements AutoCloseable {
    private final Server server;

    private UpServer(Server server) {
        this.server = server;
    }

    /** Starts to serve; one line says so when a port is in use. */
    static UpServer start(LocalFleet fleet, PrometheusMeterRegistry registry, int port, int adminPort)
            throws CommandException {
        Environment environment = new Environment("tickshred");
        fleet.planner().resources().forEach(environment.jersey()::register);
        environment.lifecycle().addEventListener(new LifeCycle.Listener() {
            @Override
            public void lifeCycleStopping(LifeCycle server) {
                fleet.planner().endStreams();
            }
        });
        environment.jersey().register(new MetricsResource(registry));
        environment.healthChecks().register("fleet", new FleetHealth(fleet));
        DefaultServerFactory factory = new DefaultServerFactory();
        factory.setApplicationConnectors(List.of(connector(port)));
        factory.setAdminConnectors(List.of(connector(adminPort)));
        LogbackAccessRequestLogFactory silent = new LogbackAccessRequestLogFactory();
        silent.setAppenders(List.of());
        factory.setRequestLogFactory(silent);
        Server server = factory.build(environment);
        try {
            server.start();
            return new UpServer(server);
        } catch (Exception e) {
            try {
                server.stop();
            } catch (Exception again) {
                e.addSuppressed(again);
            }
            throw new CommandException(problem(e, port, adminPort), e);
        }
    }

    private static String problem(Exception e, int port, int adminPort) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return inUse(port, adminPort);
            }
        }
        return "cannot serve HTTP: " + e;
    }

    /** Jetty does not say which of its ports it could not have. */
    private static String inUse(int port, int adminPort) {
        return port == adminPort && port != 0
                ? "cannot serve HTTP and health checks on one port, " + port
                        + ": choose another with --admin-port, 0 for any free one"
                : taken("HTTP", port, "--http-port")
                        .or(() -> taken("health checks", adminPort, "--admin-port"))
                        .orElse("cannot serve HTTP on 127.0.0.1:" + port + " and " + adminPort
                                + ": a port was in use a moment ago; try again");
    }

    private static Optional<String> taken(String what, int port, String option) {
        try {
            FreePorts.requireFree(what, port);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("cannot serve " + what + " on 127.0.0.1:" + port
                    + ": the port is in use; stop what uses it, or choose another with " + option
                    + ", 0 for any free one");
        }
    }

    /**
     * Looks before anything else is started, for that takes seconds.
     *
     * @param option by which another port is chosen
     */
    static void requireFree(String what, int port, String option) throws CommandException {
        Optional<String> taken = taken(what, port, option);
        if (taken.isPresent()) {
            throw new CommandException(taken.get());
        }
    }

    /** As {@link #requireFree(String, int, String)}, for the two that this server listens on. */
    static void requireFree(int port, int adminPort) throws CommandException {
        if (port == adminPort && port != 0
                || taken("HTTP", port, "").isPresent()
                || taken("health checks", adminPort, "").isPresent()) {
            throw new CommandException(inUse(port, adminPort));
        }
    }

    /** Ports in use: application, then admin. */
    List<Integer> ports() {
        return java.util.Arrays.stream(server.getConnectors())
                .map(connector -> ((ServerConnector) connector).getLocalPort())
                .toList();
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }

    private static ConnectorFactory connector(int port) {
        HttpConnectorFactory connector = new HttpConnectorFactory();
        connector.setBindHost("127.0.0.1");
        connector.setPort(port);
        return connector;
    }

    /** What Prometheus scrapes. */
    @Path("/metrics")
    public static final class MetricsResource {
        private final PrometheusMeterRegistry registry;

        MetricsResource(PrometheusMeterRegistry registry) {
            this.registry = registry;
        }

        @GET
        @Produces("text/plain; version=0.0.4")
        public String metrics() {
            return registry.scrape();
        }
    }

    private static final class FleetHealth extends HealthCheck {
        private final LocalFleet fleet;

        FleetHealth(LocalFleet fleet) {
            this.fleet = fleet;
        }

        @Override
        protected Result check() {
            Optional<String> trouble = fleet.trouble();
            return trouble.isEmpty() ? Result.healthy() : Result.unhealthy(trouble.get());
        }
    }
}
