package io.waybill.engine;

import io.waybill.format.OutcomeBlocks;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.PartState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing said of a flow or of a record of it. What is said of nearly every record stays unencoded until it is known
 * whether it says all there is to say of its flow ({@link SmoothFlow}).
 */
sealed interface Fact extends Saying {

    Outcome outcome();

    /**
     * A task took up the flow's first record.
     *
     * @param causedBy the flow of which it was an output; null where there is none
     */
    record Arrived(FlowRecord record, @Nullable TrackingId causedBy, long atMs) implements Fact {

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
                    + record.source().topic().length()
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

        @Override
        public Outcome outcome() {
            return Outcomes.of(result);
        }

        @Override
        public int size() {
            return result.getSerializedSize();
        }
    }

    /** The flow of one record is whole and did well: its first and only result. */
    record Succeeded(FlowRecord whole, String pipeline, long atMs) implements Fact {

        private static final int FIXED = 48;

        FlowResult result() {
            return OutcomeBlocks.acknowledged(
                    flow().toByteString(), atMs, pipeline, whole.messageId(), whole.batchId());
        }

        @Override
        public TrackingId flow() {
            return whole.flow();
        }

        @Override
        public Outcome outcome() {
            return Outcomes.of(result());
        }

        @Override
        public int size() {
            return FIXED
                    + pipeline.length()
                    + whole.messageId().length()
                    + whole.batchId().length();
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
