package io.tickshred.planner;

import io.dropwizard.core.setup.Environment;
import io.tickshred.app.FleetApplication;
import io.tickshred.app.FleetConfiguration;
import io.tickshred.app.Wiring;
import io.tickshred.planner.backlog.BacklogReport;
import io.tickshred.planner.plan.RequestPrices;
import java.time.Clock;
import java.time.Duration;
import org.eclipse.jetty.util.component.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The planner as a process of its own: {@code server planner.yml}. Its slots read footers. */
public final class PlannerApplication extends FleetApplication {
    /** Footers are small and their store is far: several requests wait at once for each slot. */
    private static final int FOOTER_THREADS_A_SLOT = 16;

    private static final Duration BACKLOG_EVERY = Duration.ofSeconds(15);

    /** Its appender writes the message alone: see planner.yml. */
    private static final Logger CLOUD_WATCH = LoggerFactory.getLogger("cloudwatch");

    public PlannerApplication() {
        super("planner");
    }

    public static void main(String[] arguments) throws Exception {
        new PlannerApplication().run(arguments);
    }

    @Override
    protected void start(FleetConfiguration configuration, Wiring wiring, Environment environment) {
        PlannerSettings settings = new PlannerSettings(
                configuration.instance(),
                configuration.work().scratch(),
                wiring.memory().each(),
                configuration.work().slots() * FOOTER_THREADS_A_SLOT,
                configuration.workerMemory().toBytes(),
                new RequestPrices(
                        configuration.requestPrices().put(),
                        configuration.requestPrices().get()));
        PlannerService service =
                new PlannerService(wiring.transport(), wiring.datasets(), wiring.stores(), settings, wiring.registry());
        service.resources().forEach(environment.jersey()::register);
        environment.lifecycle().addEventListener(new LifeCycle.Listener() {
            @Override
            public void lifeCycleStopping(LifeCycle server) {
                service.endStreams();
            }
        });
        wiring.run("planner", service, service::alive, service::trouble);
        configuration.cloudWatchNamespace().ifPresent(namespace -> environment
                .lifecycle()
                .manage(new BacklogReport(
                        wiring.transport()::backlog,
                        new BacklogReport.Settings(
                                namespace, configuration.kafka().topicPrefix(), BACKLOG_EVERY),
                        Clock.systemUTC(),
                        CLOUD_WATCH::info)));
    }
}
