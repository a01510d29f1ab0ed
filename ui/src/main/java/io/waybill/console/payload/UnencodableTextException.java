package io.waybill.console.payload;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;

/** What was typed cannot be written in the payload's own charset. Code {@code UNENCODABLE_TEXT}. */
public final class UnencodableTextException extends RuntimeException {

    public static final String CODE = "UNENCODABLE_TEXT";

    private static final long serialVersionUID = 1;

    private UnencodableTextException(String message, Throwable cause) {
        super(CODE + ": " + message, cause);
    }

    static UnencodableTextException of(Charset charset, CharacterCodingException cause) {
        return new UnencodableTextException(
                "expected only characters of %s, the payload's encoding, but at least one is not".formatted(charset),
                cause);
    }
}
