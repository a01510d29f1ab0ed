package io.waybill.samples.payments;

import java.util.List;

/**
 * One payment initiation file. Immutable; its counts and control sums were found right when it was read.
 *
 * @param messageId {@code GrpHdr/MsgId}
 * @param initiatingParty name, else organisation id; empty where the file names none
 * @param payments in the order of the file
 */
public record PaymentFile(PainVersion version, String messageId, String initiatingParty, List<Payment> payments) {

    public PaymentFile {
        payments = List.copyOf(payments);
    }

    /**
     * Reads a document as a stream; nothing it refers to is ever opened.
     *
     * @throws io.waybill.pipeline.Poison with a code of {@link Malformed}, {@code COUNT_MISMATCH} or {@code
     *     CONTROL_SUM_MISMATCH}
     */
    public static PaymentFile read(byte[] document) {
        return PaymentFileReader.read(document);
    }
}
