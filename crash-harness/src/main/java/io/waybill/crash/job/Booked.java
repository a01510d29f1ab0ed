package io.waybill.crash.job;

/**
 * An output of the job: one for each good line of an order.
 *
 * @param total of the account with this line
 */
public record Booked(String order, int line, String key, long seq, String account, long amount, long total) {

    /** @param total of the account with this line */
    public static Booked of(Order.Line line, long total) {
        return new Booked(line.order(), line.number(), line.key(), line.seq(), line.account(), line.amount(), total);
    }
}
