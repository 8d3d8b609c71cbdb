package org.uitto.testkit;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigResolveOptions;
import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Set;

/**
 * The configuration of actor systems in simulated worlds, read and resolved once and then shared by any number of them:
 * every {@code reference.conf}, then {@code uitto-simulation.conf}, then what the test overrides. Make it once, not once
 * a seed. No {@code application.conf} is read: what is simulated must not depend on where it runs.
 */
public final class SimulationConfig {
    private static final SimulationConfig DEFAULTS = of(ConfigFactory.empty());

    private final Config config;
    private final ClassLoader loader;

    private SimulationConfig(Config config, ClassLoader loader) {
        this.config = config;
        this.loader = loader;
    }

    /** The configuration without overrides. */
    public static SimulationConfig defaults() {
        return DEFAULTS;
    }

    /** The configuration with {@code overrides}, which need not be resolved. */
    public static SimulationConfig of(Config overrides) {
        ClassLoader parent = SimulationConfig.class.getClassLoader();
        Config config = overrides
                .withFallback(ConfigFactory.parseResources(parent, "uitto-simulation.conf"))
                .withFallback(ConfigFactory.defaultReferenceUnresolved(parent))
                .resolve(ConfigResolveOptions.defaults());
        return new SimulationConfig(config, new LeanLoader(parent));
    }

    Config config() {
        return config;
    }

    ClassLoader loader() {
        return loader;
    }

    /**
     * A class loader that hides what an actor system reads again at each start although {@link #config} has it: the
     * reference configuration, to be merged in and checked against, and the manifests of all jars.
     */
    private static final class LeanLoader extends ClassLoader {
        private static final Set<String> HIDDEN = Set.of("reference.conf", "META-INF/MANIFEST.MF");

        LeanLoader(ClassLoader parent) {
            super(parent);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            return HIDDEN.contains(name) ? Collections.emptyEnumeration() : super.getResources(name);
        }
    }
}
