package io.tickshred.finalizer;

import io.dropwizard.core.setup.Environment;
import io.tickshred.app.FleetApplication;
import io.tickshred.app.FleetConfiguration;
import io.tickshred.app.SweepConfiguration;
import io.tickshred.app.Wiring;
import io.tickshred.finalizer.sweep.SweepRules;
import io.tickshred.finalizer.sweep.SweepSettings;
import java.time.Duration;
import java.util.Optional;

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
                sweep(configuration.sweep()),
                wiring.registry());
        wiring.run("finalizer", service, service::alive, service::trouble);
    }

    private static Optional<SweepSettings> sweep(SweepConfiguration sweep) {
        return switch (sweep.kind()) {
            case NONE -> Optional.empty();
            case LIST, DELETE ->
                Optional.of(new SweepSettings(
                        sweep.kind() == SweepConfiguration.Mode.DELETE,
                        Duration.ofMillis(sweep.every().toMilliseconds()),
                        new SweepRules(Duration.ofMillis(sweep.olderThan().toMilliseconds()))));
        };
    }
}
