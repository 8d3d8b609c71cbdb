package org.uitto.samples.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.ConfigurationException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.uitto.Raft;

/** Actor systems of the samples: made from an operator's file, or refused with words for the operator. */
public final class SampleSystem {
    private static final String SYSTEM_NAME = "uitto.system-name";
    private static final String NODE = "uitto.node";
    private static final String HOST = "pekko.remote.artery.canonical.hostname";
    private static final String PORT = "pekko.remote.artery.canonical.port";
    private static final long TERMINATION_SECONDS = 60;

    private SampleSystem() {}

    /**
     * What is in {@code file} and what it includes, over what belongs to the samples' own code.
     *
     * @throws SettingsRefused if it can't be read
     */
    public static Config load(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new SettingsRefused(file + ": there is no such file. Name a file such as config/node-a.conf.");
        }
        try {
            // Absolute, so that what it includes is looked for beside it.
            Config own = ConfigFactory.parseFile(
                    file.toAbsolutePath().toFile(),
                    ConfigParseOptions.defaults().setAllowMissing(false));
            return ConfigFactory.load(own.withFallback(ConfigFactory.parseResources("application.conf")));
        } catch (ConfigException.IO e) {
            throw new SettingsRefused(file + ": it, or a file that it includes, can't be read: " + e.getMessage()
                    + ". Included files are looked for beside the one that includes them.");
        } catch (ConfigException e) {
            throw new SettingsRefused(String.valueOf(e.getMessage()));
        }
    }

    /**
     * An actor system that hosts no replica.
     *
     * @throws SettingsRefused if it can't be started with {@code settings}
     */
    public static ActorSystem<Void> startClient(Config settings) {
        if (!settings.getString(NODE).isEmpty()) {
            throw new SettingsRefused(
                    NODE + " (" + settings.getValue(NODE).origin().description()
                            + "): a client hosts no replica. Use a file without it, such as config/client.conf.");
        }
        ActorSystem<Void> system = start(settings, Behaviors.empty());
        try {
            Raft.get(system);
            return system;
        } catch (ConfigurationException | ConfigException e) {
            stop(system);
            throw new SettingsRefused(String.valueOf(e.getMessage()));
        }
    }

    /**
     * An actor system with {@code guardian}.
     *
     * @throws SettingsRefused if it can't be started with {@code settings}
     */
    public static <T> ActorSystem<T> start(Config settings, Behavior<T> guardian) {
        try {
            String name = settings.getString(SYSTEM_NAME);
            return ActorSystem.create(guardian, name.isEmpty() ? "uitto" : name, settings);
        } catch (RuntimeException e) {
            throw refusal(settings, e).orElseThrow(() -> e);
        }
    }

    private static Optional<SettingsRefused> refusal(Config settings, RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return Optional.of(new SettingsRefused(PORT + " ("
                        + settings.getValue(PORT).origin().description() + "): can't listen at "
                        + settings.getString(HOST) + ":" + settings.getString(PORT) + ": "
                        + String.valueOf(cause.getMessage()).replaceFirst("^\\[.*] ", "")
                        + ". Is another process there, perhaps this very node? End it, or give this node another"
                        + " address here and in uitto.members of every node."));
            } else if (cause instanceof ConfigException || cause instanceof ConfigurationException) {
                return Optional.of(new SettingsRefused(String.valueOf(cause.getMessage())));
            }
        }
        return Optional.empty();
    }

    /** Ends {@code system} and waits for that, for a while. */
    public static void stop(ActorSystem<?> system) {
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(TERMINATION_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            system.log().warn("The actor system did not end properly", e);
        }
    }
}
