package io.waybill.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.StageRecord;
import io.waybill.log.LogAdmin.TopicDescription;
import io.waybill.pipeline.Headers;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Utils;

/**
 * A value on its way to the next stage, or to that of a staged sink.
 *
 * @param stage that it goes to
 * @param size an upper bound of the record it becomes, in bytes
 */
record Forward(String stage, byte[] key, byte[] payload, long size) {

    private static final int ENVELOPE = 2048;
    private static final int PER_HEADER = 16;

    /** Of the record it becomes, in bytes. */
    static long upperBound(FlowRecord record, byte[] key, byte[] payload) {
        long size = ENVELOPE
                + 4L * record.messageId().length()
                + 4L * record.batchId().length();
        for (Headers.Header header : record.headers().all()) {
            byte[] value = header.value();
            size += PER_HEADER + 4L * header.name().length() + (value == null ? 0 : value.length);
        }
        return size + key.length + payload.length;
    }

    /**
     * The partition is that of Kafka's own partitioner for the key.
     *
     * @param as path, label and attempt under which it arrives
     * @param edge names this hop
     */
    ProducerRecord<byte[], byte[]> record(TopicDescription to, FlowRecord of, Entry as, long edge) {
        StageRecord record = StageRecords.of(of, as, payload, edge);
        return new ProducerRecord<>(to.name(), partition(key, to.partitions()), key, LogFormats.encode(record));
    }

    static int partition(byte[] key, int partitions) {
        return Utils.toPositive(Utils.murmur2(key)) % partitions;
    }
}
