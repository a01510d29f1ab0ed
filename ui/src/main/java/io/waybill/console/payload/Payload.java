package io.waybill.console.payload;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One payload as a person sees it.
 *
 * @param text null where the bytes are no text
 */
public record Payload(byte[] bytes, Format format, @Nullable PayloadText text) {

    /** More than this is not shown in the page but offered as a download. */
    public static final int SHOWN_CHARACTERS = 256 * 1024;

    private static final int SHOWN_HEX_BYTES = 16 * 1024;

    /** More than this is replaced by a file, not typed over. */
    public static final int EDITABLE_BYTES = 1024 * 1024;

    private static final int EDITABLE_HEX_BYTES = 64 * 1024;

    public static Payload of(byte[] bytes, String contentType) {
        Optional<PayloadText> text = PayloadText.of(bytes);
        Format format = text.map(t -> Format.of(contentType, t.text())).orElse(Format.BINARY);
        return new Payload(bytes, format, text.orElse(null));
    }

    public boolean isText() {
        return text != null;
    }

    public boolean isEditable() {
        return bytes.length <= (isText() ? EDITABLE_BYTES : EDITABLE_HEX_BYTES);
    }

    /** The text with a layout for reading; a hex dump where there is no text. At most what is shown. */
    public String formatted() {
        return text == null ? hex() : cut(laidOut());
    }

    /** As it is, at most what is shown. */
    public String exact() {
        return text == null ? hex() : cut(text.text());
    }

    public String hex() {
        return HexText.dump(bytes, SHOWN_HEX_BYTES);
    }

    /** What the edit form begins with: the exact text, or the bytes in hex. */
    public String editable() {
        return text == null ? HexText.editable(bytes) : text.text();
    }

    /** All of the text, laid out for reading; as it is where it is too large for that. */
    public String laidOut() {
        if (text == null) {
            return HexText.editable(bytes);
        }
        if (bytes.length > EDITABLE_BYTES) {
            return text.text();
        }
        return switch (format) {
            case JSON -> JsonLayout.of(text.text());
            case XML -> XmlLayout.of(text.text());
            case TEXT, BINARY -> text.text();
        };
    }

    /** Whether {@link #formatted} shows less than all of it. */
    public boolean isCut() {
        return text == null ? isHexCut() : laidOut().length() > SHOWN_CHARACTERS;
    }

    /**
     * The bytes of an edit of this payload.
     *
     * @throws UnencodableTextException where the payload's charset has no such character
     * @throws NumberFormatException where bytes were to be typed in hex and are not
     */
    public byte[] edited(String typed) {
        return text == null ? HexText.parse(typed) : text.edited(typed);
    }

    /** Whether {@link #hex} shows less than all of it. */
    public boolean isHexCut() {
        return bytes.length > SHOWN_HEX_BYTES;
    }

    private static String cut(String text) {
        return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS);
    }
}
