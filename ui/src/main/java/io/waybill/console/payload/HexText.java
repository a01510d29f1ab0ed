package io.waybill.console.payload;

import java.io.ByteArrayOutputStream;

/** Bytes as a hex dump, and a hex dump back as bytes. */
public final class HexText {

    private static final int PER_LINE = 16;

    private HexText() {}

    /** Sixteen bytes a line: their offset, their hex digits, and what of them can be printed. */
    public static String dump(byte[] bytes, int atMost) {
        StringBuilder out = new StringBuilder();
        int end = Math.min(bytes.length, atMost);
        for (int line = 0; line < end; line += PER_LINE) {
            out.append("%08x  ".formatted(line));
            for (int i = line; i < line + PER_LINE; i++) {
                out.append(i < end ? "%02x ".formatted(bytes[i]) : "   ");
                out.append(i == line + PER_LINE / 2 - 1 ? " " : "");
            }
            out.append(' ');
            for (int i = line; i < Math.min(line + PER_LINE, end); i++) {
                out.append(bytes[i] >= 0x20 && bytes[i] < 0x7f ? (char) bytes[i] : '.');
            }
            out.append('\n');
        }
        return out.toString();
    }

    /** The bytes alone, to be edited: 16 per line, a space between two. */
    public static String editable(byte[] bytes) {
        StringBuilder out = new StringBuilder(bytes.length * 3);
        for (int i = 0; i < bytes.length; i++) {
            out.append("%02x".formatted(bytes[i])).append(i % PER_LINE == PER_LINE - 1 ? '\n' : ' ');
        }
        return out.toString().strip();
    }

    /** @throws NumberFormatException where it is not pairs of hex digits; white space does not count */
    public static byte[] parse(String hex) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(hex.length() / 3 + 1);
        int high = -1;
        for (int i = 0; i < hex.length(); i++) {
            if (Character.isWhitespace(hex.charAt(i))) {
                continue;
            }
            int digit = Character.digit(hex.charAt(i), 16);
            if (digit < 0) {
                throw new NumberFormatException(
                        "expected pairs of hex digits, but character %d is '%s'".formatted(i + 1, hex.charAt(i)));
            }
            if (high < 0) {
                high = digit;
            } else {
                bytes.write(high << 4 | digit);
                high = -1;
            }
        }
        if (high >= 0) {
            throw new NumberFormatException("expected pairs of hex digits, but the last one stands alone");
        }
        return bytes.toByteArray();
    }
}
