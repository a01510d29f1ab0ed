package io.waybill.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.Continuation;
import io.waybill.log.LogAdmin.TopicDescription;
import java.util.List;
import java.util.function.ToLongBiFunction;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * An output with which its flow goes on in other pipelines. It stands in its place among the outputs already; its header
 * follows when its record has run, since only then it is known whether it counts.
 */
record HandedOn(ProducerRecord<byte[], byte[]> output, List<String> readers) {

    static final String HEADER = "Waybill-Continuation";

    private static final int ENVELOPE = 1024;
    private static final int PER_NAME = 96;
    private static final int PER_STEP = 5;

    /** What the header takes, in bytes. */
    static long upperBound(FlowRecord record, Entry entry, int readers) {
        int steps = entry.path().steps().size() + record.leg().root().steps().size();
        int names = readers + record.leg().before().size();
        return ENVELOPE
                + (long) PER_NAME * names
                + (long) PER_STEP * steps
                + 4L * entry.label().length()
                + 4L * record.batchId().length();
    }

    /**
     * @param from the record that wrote it
     * @param before how many parts that record has besides
     * @param edges names each hop, by the pipeline that it leads to and the path of the part
     */
    void address(StagePlan plan, FlowRecord of, Entry from, int before, ToLongBiFunction<String, PartPath> edges) {
        TopicDescription completion = plan.completion();
        Continuation.Builder continuation = Continuation.newBuilder()
                .setTopicId(CheckpointIds.bytes(plan.continuedTopic(output.topic())))
                .setCompletion(completion.name())
                .setCompletionPartitions(completion.partitions())
                .setPipeline(plan.pipeline().name())
                .addAllPath(from.path().steps())
                .setLabel(from.label())
                .setBatchId(of.batchId())
                .setHasDeadline(FlowChange.isWatched(plan, of));
        if (!of.leg().isFirst()) {
            continuation.setLeg(of.leg().toProto());
        }
        int number = before;
        for (String reader : readers) {
            continuation.addReaders(Continuation.Reader.newBuilder()
                    .setPipeline(reader)
                    .setNumber(++number)
                    .setEdgeId(edges.applyAsLong(reader, from.path().child(number))));
        }
        output.headers().add(HEADER, LogFormats.encode(continuation.build()));
    }
}
