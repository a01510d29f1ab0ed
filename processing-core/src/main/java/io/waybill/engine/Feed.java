package io.waybill.engine;

import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Operator;

/** What a stage's input carries. */
sealed interface Feed {

    /** The users' own messages: each begins a flow. */
    record Source(KafkaSource<?> source) implements Feed {}

    /** Records of flows that an earlier stage forwarded by their keys. */
    record Rekeyed(Operator.KeyBy keyBy) implements Feed {}

    /** Rows that earlier stages staged for a database. */
    record Staged(Operator.Staged operator) implements Feed {}

    /** Message ids of records that wait in the first stage, and the ends of flows that hold some. */
    record Claims() implements Feed {}

    /** What the other stages changed of flows: the stage in which flows become whole. */
    record FlowChanges() implements Feed {}
}
