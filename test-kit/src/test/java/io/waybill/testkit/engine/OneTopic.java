package io.waybill.testkit.engine;

import io.waybill.pipeline.Deduplicate;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.Flow;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Text;

/** The ends of a pipeline of texts, from the one topic of {@link OneThread} to the other. */
final class OneTopic {

    private OneTopic() {}

    static Flow<String> read(FailurePolicy policy) {
        return Pipeline.named(OneThread.PIPELINE)
                .onFailure(policy)
                .from(KafkaSource.topic(OneThread.IN).value(Text.serde()))
                .deduplicate(Deduplicate.byMessageId().keyLocal());
    }

    static Pipeline written(Flow<String> flow) {
        return flow.to("out", KafkaSink.topic(OneThread.OUT).value(Text.serde()))
                .build();
    }
}
