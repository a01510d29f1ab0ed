package io.waybill.console.upload;

import io.waybill.intake.Intake.Receipt;
import java.io.Serializable;

/** What became of one uploaded file. */
sealed interface UploadResult extends Serializable {

    String name();

    /** The broker has it; what the pipeline makes of it, the flow tells. */
    record Accepted(String name, long sizeBytes, String trackingId, String messageId, String position)
            implements UploadResult {

        static Accepted of(String name, long sizeBytes, Receipt receipt) {
            return new Accepted(
                    name,
                    sizeBytes,
                    receipt.trackingId().toString(),
                    receipt.messageId(),
                    "%s / %d / %d".formatted(receipt.topic(), receipt.partition(), receipt.offset()));
        }

        @Override
        public boolean isAccepted() {
            return true;
        }
    }

    /** @param written whether it may be on the log all the same */
    record Refused(String name, String problem, boolean written) implements UploadResult {

        @Override
        public boolean isAccepted() {
            return false;
        }
    }

    boolean isAccepted();
}
