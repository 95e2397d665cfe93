package io.tickshred.shred;

import io.dropwizard.core.setup.Environment;
import io.tickshred.app.FleetApplication;
import io.tickshred.app.FleetConfiguration;
import io.tickshred.app.Wiring;
import java.time.Duration;

/** The shred worker as a process of its own: {@code server shred-worker.yml}. */
public final class ShredWorkerApplication extends FleetApplication {
    public ShredWorkerApplication() {
        super("shred-worker");
    }

    public static void main(String[] arguments) throws Exception {
        new ShredWorkerApplication().run(arguments);
    }

    @Override
    protected void start(FleetConfiguration configuration, Wiring wiring, Environment environment) {
        ShredSettings settings = new ShredSettings(
                configuration.instance(),
                configuration.work().slots(),
                configuration.work().scratch(),
                wiring.memory().slot(),
                configuration.work().deliveryLimit(),
                Duration.ofMillis(configuration.work().drainTimeout().toMilliseconds()));
        ShredWorkerService service = new ShredWorkerService(
                wiring.transport(), wiring.datasets(), wiring.stores(), settings, wiring.registry());
        wiring.run("shred-worker", service, service::alive, service::trouble);
    }
}
