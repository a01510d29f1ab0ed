package io.waybill.samples.payments;

import io.waybill.pipeline.Poison;

/** Why a document as a whole cannot be read. The names are the stable codes of the dead letters. */
enum Malformed {
    /** It does not even begin as XML. */
    NOT_XML,
    /** It begins as XML, then breaks the rules of it. */
    MALFORMED_XML,
    /** Some of its bytes are none in the encoding that it names. */
    WRONG_ENCODING,
    /** It ends before its root element does. */
    TRUNCATED_XML,
    /** It holds a control character that XML forbids, such as NUL. */
    ILLEGAL_CHARACTER,
    /** It has a document type declaration; these are never resolved. */
    DTD_NOT_ALLOWED,
    /** Its root element is not that of a payment initiation. */
    WRONG_ROOT,
    /** It is an ISO 20022 message of a type or version that is not read. */
    UNSUPPORTED_VERSION,
    /** It lacks a field without which its payments cannot be told or counted. */
    MISSING_FIELD,
    /** A number or a date is none. */
    MALFORMED_FIELD,
    /** A text is longer than any field of this message may be. */
    FIELD_TOO_LONG,
    /** Its elements are nested deeper than this message ever is. */
    NESTED_TOO_DEEP,
    /** The number of transactions that it states is not that of those it holds. */
    COUNT_MISMATCH,
    /** The control sum that it states is not that of its amounts. */
    CONTROL_SUM_MISMATCH;

    Poison at(long line, String format, Object... arguments) {
        return Poison.because(name(), "line %d: %s", line, format.formatted(arguments));
    }
}
