package io.waybill.samples.payments;

/** The frame of an ISO 20022 document. */
final class Document {

    private Document() {}

    /**
     * The version that the cursor's root element declares.
     *
     * @throws io.waybill.pipeline.Poison with {@link Malformed#WRONG_ROOT} or {@link Malformed#UNSUPPORTED_VERSION}
     */
    static PainVersion versionAt(XmlCursor xml) {
        if (!xml.name().equals("Document")) {
            throw xml.malformed(Malformed.WRONG_ROOT, "expected the root element Document, but was %s", xml.name());
        }
        return PainVersion.ofNamespace(xml.namespace())
                .orElseThrow(() -> xml.malformed(
                        Malformed.UNSUPPORTED_VERSION,
                        "expected the namespace %s or %s, but was '%s'",
                        PainVersion.V03.namespace(),
                        PainVersion.V09.namespace(),
                        xml.namespace()));
    }
}
