package io.tickshred.shred;

import io.dropwizard.core.setup.Environment;
import io.tickshred.app.FleetApplication;
import io.tickshred.app.FleetConfiguration;
import io.tickshred.app.Wiring;

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
        ShredWorkerService service = new ShredWorkerService(
                wiring.transport(),
                wiring.datasets(),
                wiring.stores(),
                configuration
                        .work()
                        .settings(configuration.instance(), wiring.memory().open()),
                wiring.registry());
        wiring.run("shred-worker", service, service::alive, service::trouble);
    }
}
