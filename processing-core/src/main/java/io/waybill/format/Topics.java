package io.waybill.format;

import java.util.regex.Pattern;

/**
 * The names of Waybill's own topics under one prefix.
 *
 * @param prefix 1 to 100 characters of {@code [a-zA-Z0-9._-]}; {@code waybill} by default
 */
public record Topics(String prefix) {

    private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]{1,100}");

    public Topics {
        if (!LEGAL.matcher(prefix).matches()) {
            throw new IllegalArgumentException(
                    "expected a topic prefix of 1 to 100 characters [a-zA-Z0-9._-], but was: " + prefix);
        }
    }

    public String outcomes() {
        return prefix + ".outcomes";
    }

    public String deadLetters() {
        return prefix + ".dead-letters";
    }

    public String results() {
        return prefix + ".results";
    }

    public String incidents() {
        return prefix + ".incidents";
    }

    public String control() {
        return prefix + ".control";
    }

    /** What people want of each pipeline. */
    public String pipelines() {
        return prefix + ".pipelines";
    }

    /** What processing threads say of themselves. */
    public String threads() {
        return prefix + ".threads";
    }

    public String checkpoints() {
        return prefix + ".checkpoints";
    }

    /** The input of a stage after the first. */
    public String stage(String pipeline, String stage) {
        return prefix + "." + pipeline + "." + stage;
    }

    /** Rows that wait to be applied by a staged sink: the input of the stage that has its name. */
    public String staged(String pipeline, String sink) {
        return prefix + "." + pipeline + "." + sink + ".staged";
    }

    public String changelog(String pipeline, String stage) {
        return prefix + "." + pipeline + "." + stage + ".changelog";
    }

    /** Message ids whose windows run, in packed blocks. */
    public String ids(String pipeline, String stage) {
        return prefix + "." + pipeline + "." + stage + ".ids";
    }

    public String replays(String pipeline, String stage) {
        return prefix + "." + pipeline + "." + stage + ".replays";
    }

    /** Notes of those who run tasks of a pipeline. Of its first stage, for the tasks of all of them. */
    public String owners(String pipeline, String firstStage) {
        return prefix + "." + pipeline + "." + firstStage + ".owners";
    }

    /** The consumer group of a pipeline, and the prefix of its transactional ids. */
    public String group(String pipeline) {
        return prefix + "." + pipeline;
    }
}
