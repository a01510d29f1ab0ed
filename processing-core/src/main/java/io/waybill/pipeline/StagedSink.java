package io.waybill.pipeline;

import io.waybill.sink.StagedTarget;

/**
 * A database as a sink: rows are staged in the log with the checkpoint that holds them, then applied in batches, each in
 * one local transaction with its position, exactly once. Rows of one key are applied in their order. A row that the
 * database refuses becomes a dead letter of the sink. The flow is whole when its rows are applied or refused. Immutable.
 *
 * <pre>{@code
 * .to("bookings", StagedSink.value(Json.of(Booking.class))
 *         .key(Booking::iban, Text.serde())
 *         .into(JdbcTarget.of(dataSource, "INSERT INTO booking (id, iban) VALUES (?, ?)",
 *                 (booking, values) -> values.add(booking.id()).add(booking.iban()))))
 * }</pre>
 */
public final class StagedSink<T> {

    private final Serde<T> value;
    private final Fn<T, byte[]> key;
    private final StagedTarget<T> target;

    private StagedSink(Serde<T> value, Fn<T, byte[]> key, StagedTarget<T> target) {
        this.value = value;
        this.key = key;
        this.target = target;
    }

    /** @param serde how a value is written while it is staged; a dead letter holds it so, and people edit it so */
    public static <T> Valued<T> value(Serde<T> serde) {
        return new Valued<>(serde);
    }

    StagedSink<T> withSerde(Serde<T> other) {
        return new StagedSink<>(other, key, target);
    }

    public Serde<T> serde() {
        return value;
    }

    public StagedTarget<T> target() {
        return target;
    }

    /** The bytes of the target key. */
    public byte[] keyOf(T row) throws Exception {
        return key.apply(row);
    }

    /** Awaits the target key. */
    public record Valued<T>(Serde<T> serde) {

        /** Rows of one key keep their order: the primary key, or the account that rows belong to. */
        public <K> Keyed<T> key(Fn<? super T, ? extends K> function, Serde<K> keySerde) {
            return new Keyed<>(serde, value -> keySerde.serialize(function.apply(value)));
        }
    }

    /** Awaits the target. */
    public record Keyed<T>(Serde<T> serde, Fn<T, byte[]> key) {

        public StagedSink<T> into(StagedTarget<T> target) {
            return new StagedSink<>(serde, key, target);
        }
    }
}
