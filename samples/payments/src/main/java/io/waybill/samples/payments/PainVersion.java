package io.waybill.samples.payments;

import java.util.Optional;

/** The versions of the customer credit transfer initiation that are read. */
public enum PainVersion {
    V03("pain.001.001.03", "BIC"),
    V09("pain.001.001.09", "BICFI");

    private static final String NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:";

    private final String message;
    private final String bicElement;

    PainVersion(String message, String bicElement) {
        this.message = message;
        this.bicElement = bicElement;
    }

    static Optional<PainVersion> ofNamespace(String namespace) {
        for (PainVersion version : values()) {
            if (version.namespace().equals(namespace)) {
                return Optional.of(version);
            }
        }
        return Optional.empty();
    }

    /** The name of the message, such as {@code pain.001.001.09}. */
    public String message() {
        return message;
    }

    /** The XML namespace of its documents. */
    public String namespace() {
        return NAMESPACE + message;
    }

    /** The element that holds a bank's BIC. */
    public String bicElement() {
        return bicElement;
    }
}
