package io.waybill.benchmarks.calls;

import io.waybill.benchmarks.contest.WaybillThreads;
import io.waybill.engine.Probe;
import io.waybill.pipeline.Bytes;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import java.util.Arrays;

/** The job on Waybill with its default settings: exactly once, but for the calls. */
final class WaybillCalls {

    private WaybillCalls() {}

    public static void main(String[] arguments) throws Exception {
        CallsJob job = CallsJob.of(arguments);
        Pipeline pipeline = Pipeline.named(WaybillThreads.pipelineOf(job.group()))
                .from(KafkaSource.topic(job.input()).value(Bytes.serde()))
                .withoutDeduplication()
                .async("ask", CallsJob::ask, usual -> usual.inFlight(CallsJob.IN_FLIGHT / CallsJob.PARTITIONS))
                .to("out", KafkaSink.topic(job.output()).value(Bytes.serde()).key(WaybillCalls::key, Bytes.serde()))
                .build();
        WaybillThreads.run(
                job.bootstrapServers(), job.folder(), WaybillThreads.prefixOf(job.group()), pipeline, Probe.NONE);
    }

    private static byte[] key(byte[] value) {
        return Arrays.copyOf(value, Records.KEY_BYTES);
    }
}
