package io.waybill.crash.job;

import java.util.List;

/**
 * A message of the job.
 *
 * @param id by which a resend is recognised
 * @param seq counts the messages of the key as they were first sent
 * @param trouble what is wrong with it as a whole
 */
public record Order(String id, String key, long seq, Trouble trouble, List<Line> lines) {

    /** @param number from 1 */
    public record Line(String order, int number, String key, long seq, long amount, Trouble trouble) {}

    /** What an operator makes of it. */
    public enum Trouble {
        NONE,
        /** Fails however often it is tried. */
        POISON,
        /** Fails when a process tries it for the first time. */
        FLAKY
    }
}
