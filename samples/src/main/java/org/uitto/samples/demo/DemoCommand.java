package org.uitto.samples.demo;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.uitto.samples.cluster.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code demo}: shows that a replicated counter survives the loss of its leader, and checks that it does. */
@Command(
        name = "demo",
        description =
                "Starts three nodes with fresh data, keeps a client writing, and kills the leader with -9 again and"
                        + " again. Serves a page of the cluster, with buttons to kill and cut nodes, and a chat. Ends with a verdict: every addition that was acknowledged must be there, no other than"
                        + " those whose outcome is unknown may be, and the replicas must be alike.")
public final class DemoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--seconds", defaultValue = "30", description = "How long to write. Default: ${DEFAULT-VALUE}.")
    private int seconds = 30;

    @Option(
            names = "--kill-every",
            defaultValue = "5",
            paramLabel = "SECONDS",
            description = "How often to kill the leader; put off while a node is missing. 0 is never. Default:"
                    + " ${DEFAULT-VALUE}.")
    private int killEvery = 5;

    @Option(
            names = "--in-flight",
            paramLabel = "COUNT",
            description = "How many commands the client has under way at a time. Default: 64; 1 with --stay.")
    private @Nullable Integer inFlight;

    @Option(
            names = "--stay",
            description = "Goes on until Enter is pressed, or Ctrl-C, and kills nobody by itself: for the page with its"
                    + " buttons.")
    private boolean stay;

    @Option(
            names = "--exactly",
            defaultValue = "0",
            paramLabel = "COUNT",
            description = "Make this many additions instead of writing for a time: each must be acknowledged, and count"
                    + " once.")
    private long exactly;

    @Option(names = "--plain", description = "Plain lines, also in a terminal.")
    private boolean plain;

    @Override
    public Integer call() throws InterruptedException {
        atLeast("--seconds", seconds, 1);
        atLeast("--kill-every", killEvery, 0);
        int underWay = inFlight != null ? inFlight : stay ? 1 : 64;
        atLeast("--in-flight", underWay, 1);
        atLeast("--exactly", exactly, 0);
        if (exactly > 0) {
            atLeast("--exactly", exactly, underWay);
        }
        Screen screen = new Screen(spec.commandLine().getOut(), !plain && Screen.isTerminal());
        return new Demo(new Demo.Plan(seconds, stay ? 0 : killEvery, underWay, exactly, stay), screen).run()
                ? ExitCode.OK
                : ExitCode.FAILED;
    }

    private void atLeast(String option, long value, long least) {
        if (value < least) {
            throw new ParameterException(spec.commandLine(), option + ": " + value + " must be " + least + " or more.");
        }
    }
}
