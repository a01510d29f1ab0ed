package io.waybill.crash.oracle;

import io.waybill.crash.job.Booked;
import io.waybill.crash.job.Order;

/** An output without what depends on how keys interleave: the total of its account. */
record Output(String order, int line, String key, long seq, String account, long amount) {

    static Output of(Order.Line line) {
        return new Output(line.order(), line.number(), line.key(), line.seq(), line.account(), line.amount());
    }

    static Output of(Booked booked) {
        return new Output(booked.order(), booked.line(), booked.key(), booked.seq(), booked.account(), booked.amount());
    }

    String label() {
        return order + "#" + line;
    }
}
