package org.uitto.testkit;

/** A replicated actor does something wrong: says what, how to run it again, and by what story. */
public final class TestKitFailure extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final String what;
    private final String token;
    private final transient Story story;

    TestKitFailure(String name, Finding finding, RunPlan drawn, RunPlan shrunk, Story story) {
        super(describe(name, finding, drawn, shrunk, story), finding);
        this.what = String.valueOf(finding.getMessage());
        this.token = shrunk.token();
        this.story = story;
    }

    /** What is wrong, in a sentence or a few. */
    public String what() {
        return what;
    }

    /** What {@link ReplicatedTestKit#replay} takes to run the story again. */
    public String token() {
        return token;
    }

    /** What happened, as short as it could be made. */
    public Story story() {
        return story;
    }

    private static String describe(String name, Finding finding, RunPlan drawn, RunPlan shrunk, Story story) {
        String shrinking = drawn.toString().equals(shrunk.toString())
                ? drawn.toString()
                : drawn + ", which came down to " + shrunk;
        return finding.getMessage() + "\n\nSeed " + drawn.seed() + " of " + name + ": " + shrinking
                + ".\nTo run just this again, step by step the same and on one thread: replay(\"" + shrunk.token()
                + "\", ...)\n\n" + story.text();
    }
}
