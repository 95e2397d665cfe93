package io.tickshred.app;

import com.codahale.metrics.health.HealthCheck;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.Managed;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tickshred.config.ConfigException;
import io.tickshred.config.Datasets;
import io.tickshred.fleet.MemoryPlan;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.store.uri.ObjectStores;
import io.tickshred.transport.Transport;
import io.tickshred.transport.TransportException;
import io.tickshred.transport.kafka.KafkaTransport;
import io.tickshred.transport.metered.MeteredTransport;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that a service needs, made from its configuration in the order of use: datasets, stores, transport with
 * its topics, memory. What is made here is closed after the service was stopped.
 */
public final class Wiring {
    private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

    private final FleetConfiguration configuration;
    private final Environment environment;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Datasets datasets;
    private final ObjectStores stores;
    private final Transport transport;
    private final MemoryPlan memory;

    /**
     * Wires.
     *
     * @throws ConfigException if a dataset's file is not valid
     * @throws TransportException if the broker is out of reach or cannot do what is needed
     * @throws IllegalArgumentException if the memory does not do for the engines
     */
    public Wiring(FleetConfiguration configuration, Environment environment)
            throws ConfigException, TransportException, InterruptedException {
        this.configuration = configuration;
        this.environment = environment;
        memory = configuration.work().memoryPlan();
        LogLine.info(LOG, "Memory divided").with(LogKey.MEMORY, memory).write();
        datasets = Datasets.load(configuration.datasets());
        stores = new ObjectStores(configuration.s3(), registry);
        transport = new MeteredTransport(
                new KafkaTransport(configuration.kafka(), configuration.instance(), registry), registry);
        transport.createTopics();
        environment.lifecycle().manage(closing());
        bindMetrics();
    }

    public Datasets datasets() {
        return datasets;
    }

    public ObjectStores stores() {
        return stores;
    }

    public Transport transport() {
        return transport;
    }

    public PrometheusMeterRegistry registry() {
        return registry;
    }

    public MemoryPlan memory() {
        return memory;
    }

    /**
     * Starts and stops the service with the application, and asks it for its health: {@code /alive} on the admin port
     * answers 503 when a restart would help, {@code /healthcheck} also tells of trouble outside.
     *
     * @param alive false when a part of it has died
     * @param trouble what a part is trying again and again without success
     */
    public void run(String name, Managed service, BooleanSupplier alive, Supplier<Optional<String>> trouble) {
        environment.lifecycle().manage(service);
        environment.admin().addServlet("alive", new AliveServlet(alive)).addMapping("/alive");
        environment.healthChecks().register(name, new HealthCheck() {
            @Override
            protected Result check() {
                if (!alive.getAsBoolean()) {
                    return Result.unhealthy("a part of " + configuration.instance() + " has died; see its log");
                }
                return trouble.get().map(Result::unhealthy).orElseGet(Result::healthy);
            }
        });
    }

    private Managed closing() {
        return new Managed() {
            @Override
            public void stop() {
                transport.close();
                stores.close();
            }
        };
    }

    private void bindMetrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        JvmGcMetrics gc = new JvmGcMetrics();
        gc.bindTo(registry);
        environment.lifecycle().manage(new Managed() {
            @Override
            public void stop() {
                gc.close();
            }
        });
        environment
                .admin()
                .addServlet("prometheus", new PrometheusServlet(registry))
                .addMapping("/prometheus");
    }

    /** What an orchestrator asks every few seconds. */
    private static final class AliveServlet extends HttpServlet {
        private static final long serialVersionUID = 1;
        private final transient BooleanSupplier alive;

        AliveServlet(BooleanSupplier alive) {
            this.alive = alive;
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            boolean lives = alive.getAsBoolean();
            response.setStatus(lives ? HttpServletResponse.SC_OK : HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            response.setContentType("text/plain; charset=utf-8");
            response.getWriter().println(lives ? "alive" : "a part has died; see the log");
        }
    }

    /** Shows all meters in Prometheus' text format. */
    private static final class PrometheusServlet extends HttpServlet {
        private static final long serialVersionUID = 1;
        private final transient PrometheusMeterRegistry registry;

        PrometheusServlet(PrometheusMeterRegistry registry) {
            this.registry = registry;
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.setContentType("text/plain; version=0.0.4; charset=utf-8");
            response.getWriter().write(registry.scrape());
        }
    }
}
