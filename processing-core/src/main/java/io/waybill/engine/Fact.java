package io.waybill.engine;

import io.waybill.format.TrackingId;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.PartState;
import io.waybill.format.v1.Result;
import java.util.List;

/**
 * One thing said of a flow or of a record of it. What is said of nearly every record stays unencoded until it is known
 * whether it says all there is to say of its flow ({@link SmoothFlow}).
 */
sealed interface Fact extends Saying {

    Outcome outcome();

    /** A task took up the flow's first record. */
    record Arrived(FlowRecord record, long atMs) implements Fact {

        private static final int FIXED = 64;

        @Override
        public TrackingId flow() {
            return record.flow();
        }

        @Override
        public Outcome outcome() {
            return Outcomes.of(this);
        }

        @Override
        public int size() {
            byte[] key = record.key();
            return FIXED
                    + record.messageId().length()
                    + record.batchId().length()
                    + record.source().getTopic().length()
                    + (key == null ? 0 : key.length);
        }
    }

    /** A record of the flow passed, was filtered, was split or went on. */
    record Settled(
            TrackingId flow,
            Entry entry,
            PartState state,
            int children,
            String splitBy,
            List<String> outputs,
            long atMs)
            implements Fact {

        private static final int FIXED = 48;

        /** It stands for the whole message, for the first time, and leads to nothing more. */
        boolean endsWhole() {
            return (state == PartState.PASSED || state == PartState.FILTERED)
                    && entry.path().isRoot()
                    && entry.attempt() == 0
                    && entry.label().isEmpty();
        }

        @Override
        public Outcome outcome() {
            return Outcomes.of(this);
        }

        @Override
        public int size() {
            int size = FIXED + entry.label().length() + splitBy.length();
            for (String output : outputs) {
                size += output.length() + 2;
            }
            return size;
        }
    }

    /** The flow is whole, or a duplicate: this is a result as well. */
    record Ended(TrackingId flow, FlowResult result) implements Fact {

        /** The first and only result of one record that did well. */
        boolean isPlainSuccess() {
            return result.getResult() == Result.ACK
                    && result.getNumber() == 1
                    && result.getLeaves() == 1
                    && result.getOpenDeadLetters() == 0;
        }

        @Override
        public Outcome outcome() {
            return Outcomes.of(result);
        }

        @Override
        public int size() {
            return result.getSerializedSize();
        }
    }

    /** Anything else. */
    record Told(TrackingId flow, Outcome outcome) implements Fact {

        @Override
        public int size() {
            return outcome.getSerializedSize();
        }
    }
}
