package io.tickshred.finalizer;

import io.dropwizard.core.setup.Environment;
import io.tickshred.app.FleetApplication;
import io.tickshred.app.FleetConfiguration;
import io.tickshred.app.Wiring;

/** The finalizer as a process of its own: {@code server finalizer.yml}. */
public final class FinalizerApplication extends FleetApplication {
    public FinalizerApplication() {
        super("finalizer");
    }

    public static void main(String[] arguments) throws Exception {
        new FinalizerApplication().run(arguments);
    }

    @Override
    protected void start(FleetConfiguration configuration, Wiring wiring, Environment environment) {
        FinalizerService service = new FinalizerService(
                wiring.transport(),
                wiring.datasets(),
                wiring.stores(),
                configuration
                        .work()
                        .settings(configuration.instance(), wiring.memory().open()),
                wiring.registry());
        wiring.run("finalizer", service, service::alive, service::trouble);
    }
}
