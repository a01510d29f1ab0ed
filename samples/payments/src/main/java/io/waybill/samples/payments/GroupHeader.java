package io.waybill.samples.payments;

import io.waybill.pipeline.Poison;
import java.util.Optional;

/**
 * What a file says of itself.
 *
 * @param initiatingParty its name, else its organisation id; empty where neither is given
 */
record GroupHeader(String messageId, String initiatingParty) {

    /**
     * Reads the element that the cursor stands on and notes the totals it states.
     *
     * @throws Poison with {@link Malformed#MISSING_FIELD}
     */
    static GroupHeader read(XmlCursor xml, Totals totals) {
        Draft draft = new Draft();
        xml.eachChild(name -> {
            switch (name) {
                case "MsgId" -> draft.messageId = xml.text();
                case "NbOfTxs" -> totals.statedCount(xml.text());
                case "CtrlSum" -> totals.statedSum(xml.text());
                case "InitgPty" -> draft.party(xml);
                default -> xml.skip();
            }
        });
        if (draft.messageId.isEmpty()) {
            throw xml.malformed(Malformed.MISSING_FIELD, "expected GrpHdr/MsgId, but it is missing");
        }
        if (!totals.hasCount()) {
            throw xml.malformed(Malformed.MISSING_FIELD, "expected GrpHdr/NbOfTxs, but it is missing");
        }
        return new GroupHeader(draft.messageId, draft.name.isEmpty() ? draft.id : draft.name);
    }

    /** Looks no further than the group header, so that a file is identified however broken the rest of it is. */
    static Optional<GroupHeader> peek(byte[] document) {
        try {
            XmlCursor xml = XmlCursor.atRootOf(document);
            boolean found = PainVersion.ofNamespace(xml.namespace()).isPresent()
                    && xml.toChild("CstmrCdtTrfInitn")
                    && xml.toChild("GrpHdr");
            return found ? Optional.of(read(xml, new Totals(xml, "GrpHdr"))) : Optional.empty();
        } catch (Poison unreadable) {
            return Optional.empty();
        }
    }

    private static final class Draft {

        private String messageId = "";
        private String name = "";
        private String id = "";

        void party(XmlCursor xml) {
            xml.eachChild(child -> {
                switch (child) {
                    case "Nm" -> name = xml.text();
                    case "Id" -> id = Fields.firstTextWithin(xml);
                    default -> xml.skip();
                }
            });
        }
    }
}
