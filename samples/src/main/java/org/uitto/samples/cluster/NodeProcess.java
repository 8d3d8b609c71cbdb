package org.uitto.samples.cluster;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node that runs in a process of its own, with this process's Java and class path. It ends with this process: its standard
 * input is a pipe that nothing is written to.
 */
final class NodeProcess {
    private static final Logger LOG = LoggerFactory.getLogger(NodeProcess.class);
    private static final String MAIN = "org.uitto.samples.Main";

    private final Process process;

    private NodeProcess(Process process) {
        this.process = process;
    }

    /**
     * What a node's process is started in.
     *
     * @param launcher what its command line is put behind
     * @param environment what its environment has more than that of this process
     * @param javaOptions of its Java
     */
    record Surroundings(List<String> launcher, Map<String, String> environment, List<String> javaOptions) {
        Surroundings {
            launcher = List.copyOf(launcher);
            environment = Map.copyOf(environment);
            javaOptions = List.copyOf(javaOptions);
        }
    }

    /**
     * Starts a node.
     *
     * @param output what the node says is appended here
     */
    static NodeProcess start(Path config, List<SampleActor> actors, Surroundings surroundings, Path output) {
        List<String> command = new ArrayList<>(surroundings.launcher());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(surroundings.javaOptions());
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                MAIN,
                "node",
                "--end-with-parent",
                "--actor",
                actors.stream().map(SampleActor::name).collect(Collectors.joining(",")),
                "--config",
                config.toString()));
        File file = output.toFile();
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(file));
            builder.environment().putAll(surroundings.environment());
            return new NodeProcess(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException("A node can't be started with " + command, e);
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Says {@code line} to the process, on its standard input; to nobody if it is gone. */
    void tell(String line) {
        try {
            OutputStream input = process.getOutputStream();
            input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            input.flush();
        } catch (IOException e) {
            LOG.debug("The process {} does not hear \"{}\"", process.pid(), line, e);
        }
    }

    /** Has the system send the process a signal, such as {@code STOP}. */
    void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .onExit()
                    .join();
        } catch (IOException e) {
            throw new UncheckedIOException("The command kill can't be run", e);
        }
    }

    /** Asks the process to end, as SIGTERM does. */
    void stop() {
        process.toHandle().destroy(); // Of the process itself this would close the pipe too, which ends it at once.
    }

    /** Ends the process as kill -9 does, and waits until it is gone. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** The processor time that the process has used so far; zero if that is not known. */
    Duration cpuTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }
}
