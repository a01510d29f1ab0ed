package io.waybill.benchmarks.w;

import io.waybill.benchmarks.contest.WaybillThreads;
import io.waybill.engine.Probe;
import io.waybill.pipeline.Bytes;
import io.waybill.pipeline.Context;
import io.waybill.pipeline.Deduplicate;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.KeyedFlow;
import io.waybill.pipeline.KeyedProcess;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Primitives;
import io.waybill.pipeline.ValueState;

/** The job on Waybill with its default settings. */
final class WaybillJob {

    private WaybillJob() {}

    public static void main(String[] arguments) throws Exception {
        run(arguments, Deduplicate.byMessageId().keyLocal());
    }

    static void run(String[] arguments, Deduplicate choice) throws Exception {
        Job job = Job.of(arguments);
        WaybillThreads.run(
                job.bootstrapServers(),
                job.folder(),
                WaybillThreads.prefixOf(job.group()),
                pipeline(WaybillThreads.pipelineOf(job.group()), job, choice),
                Probe.NONE);
    }

    private static Pipeline pipeline(String name, Job job, Deduplicate choice) {
        KeyedFlow<byte[], byte[]> once = Pipeline.named(name)
                .from(KafkaSource.topic(job.input()).value(Bytes.serde()))
                .deduplicate(choice)
                .keyedBySource(Bytes.serde());
        KeyedFlow<byte[], byte[]> done =
                job.counts() ? once.process("count", Count::new) : once.map("pass", value -> value);
        return done.to("out", KafkaSink.topic(job.output()).value(Bytes.serde()).key(Messages::keyIn, Bytes.serde()))
                .build();
    }

    private static final class Count extends KeyedProcess<byte[], byte[], byte[]> {

        private final ValueState<Long> count = valueState("count", Primitives.ofLong());

        @Override
        public void process(byte[] value, Context<byte[], byte[]> ctx) {
            long counted = count.getOr(0L) + 1;
            count.set(counted);
            ctx.emit(Messages.counted(value, counted));
        }
    }
}
