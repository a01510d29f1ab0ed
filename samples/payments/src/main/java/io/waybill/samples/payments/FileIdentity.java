package io.waybill.samples.payments;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** By what a file is recognised when it is sent again. Any bytes have an identity, also those that are no file. */
final class FileIdentity {

    private FileIdentity() {}

    /**
     * The initiating party and the message id that it promises to use once, as {@code party/id} with a slash or percent
     * sign of the party escaped; else the SHA-256 of the bytes in hex.
     */
    static String messageId(byte[] document) {
        return GroupHeader.peek(document)
                .map(header -> escaped(header.initiatingParty()) + "/" + header.messageId())
                .orElseGet(() -> sha256(document));
    }

    /** The message id that the file gives itself; empty where it cannot be read. */
    static String batchId(byte[] document) {
        return GroupHeader.peek(document).map(GroupHeader::messageId).orElse("");
    }

    private static String escaped(String party) {
        return party.replace("%", "%25").replace("/", "%2F");
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
