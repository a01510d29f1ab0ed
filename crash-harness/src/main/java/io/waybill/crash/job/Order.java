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
    public record Line(String order, int number, String key, long seq, long amount, Trouble trouble) {

        private static final int ACCOUNTS = 40;

        /** Many keys book on one account: a second key, for a second stage. */
        public String account() {
            return "account-" + Math.floorMod(key.hashCode() * 31, ACCOUNTS);
        }
    }

    /** What an operator makes of it. */
    public enum Trouble {
        NONE,
        /** Fails however often it is tried. */
        POISON,
        /** Fails when a process tries it for the first time. */
        FLAKY,
        /** Fails when it is booked on its account, after the account's total was changed. */
        OVERDRAWN
    }
}
