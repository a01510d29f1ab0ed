package io.waybill.samples.payments;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The characters of a document in the encoding that its first bytes name (XML 1.0, appendix F). Bytes that are none in
 * this encoding are an error; left to itself, the parser would print it to the standard error stream.
 */
final class DocumentReader extends Reader {

    private static final int DECLARATION_BYTES = 200;

    private static final Pattern DECLARED =
            Pattern.compile("^\\s*<\\?xml[^>]*?encoding\\s*=\\s*[\"']([A-Za-z0-9._-]{1,40})[\"']");

    private final Reader characters;
    private boolean exhausted;
    private boolean undecodable;

    DocumentReader(byte[] document) {
        int mark = isMarkedUtf8(document) ? 3 : 0;
        ByteArrayInputStream bytes = new ByteArrayInputStream(document, mark, document.length - mark);
        this.characters = new InputStreamReader(bytes, encodingOf(document).newDecoder());
    }

    /** Whether the parser has asked for more than there is. */
    boolean exhausted() {
        return exhausted;
    }

    /** Whether the parser was stopped by bytes that are none in the document's encoding. */
    boolean undecodable() {
        return undecodable;
    }

    /** The line of the first bytes that are none in the document's encoding. */
    static long lineOfUndecodable(byte[] document) {
        ByteBuffer bytes = ByteBuffer.wrap(document);
        CharBuffer scratch = CharBuffer.allocate(4096);
        CharsetDecoder decoder = encodingOf(document).newDecoder();
        while (decoder.decode(bytes, scratch, true).isOverflow()) {
            scratch.clear();
        }
        return IllegalBytes.lineOf(bytes.position(), document);
    }

    /** Whether ASCII characters take more than one byte each. */
    static boolean isWide(byte[] document) {
        return !wide(document).equals(StandardCharsets.UTF_8);
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        try {
            int count = characters.read(target, offset, length);
            exhausted |= count < 0;
            return count;
        } catch (CharacterCodingException e) {
            undecodable = true;
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        characters.close();
    }

    private static Charset encodingOf(byte[] document) {
        Charset wide = wide(document);
        if (!wide.equals(StandardCharsets.UTF_8)) {
            return wide;
        }
        int length = Math.min(document.length, DECLARATION_BYTES);
        Matcher declared = DECLARED.matcher(new String(document, 0, length, StandardCharsets.ISO_8859_1));
        return declared.find() ? named(declared.group(1)) : StandardCharsets.UTF_8;
    }

    private static Charset named(String name) {
        try {
            return Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw Malformed.WRONG_ENCODING.at(1, "expected an encoding that is known here, but was '%s'", name);
        }
    }

    private static Charset wide(byte[] document) {
        if (document.length < 2) {
            return StandardCharsets.UTF_8;
        }
        int first = (document[0] & 0xFF) << 8 | (document[1] & 0xFF);
        return switch (first) {
            case 0xFEFF, 0xFFFE -> StandardCharsets.UTF_16;
            case '<' -> StandardCharsets.UTF_16BE;
            case '<' << 8 -> StandardCharsets.UTF_16LE;
            default -> StandardCharsets.UTF_8;
        };
    }

    private static boolean isMarkedUtf8(byte[] document) {
        return document.length >= 3
                && document[0] == (byte) 0xEF
                && document[1] == (byte) 0xBB
                && document[2] == (byte) 0xBF;
    }
}
