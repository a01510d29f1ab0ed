package io.waybill.crash.job;

/** An output of the job: one for each good line of an order. */
public record Booked(String order, int line, String key, long seq, long amount) {

    static Booked of(Order.Line line) {
        return new Booked(line.order(), line.number(), line.key(), line.seq(), line.amount());
    }
}
