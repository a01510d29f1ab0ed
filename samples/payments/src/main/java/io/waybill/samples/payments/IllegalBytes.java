package io.waybill.samples.payments;

/** Finds control characters that no XML document may hold, in encodings that keep ASCII as it is. */
final class IllegalBytes {

    private IllegalBytes() {}

    /** The index of the first; -1 where there is none, or where the encoding is UTF-16. */
    static int firstIn(byte[] document) {
        if (DocumentReader.isWide(document)) {
            return -1;
        }
        for (int i = 0; i < document.length; i++) {
            int value = document[i];
            if (value >= 0 && value < 0x20 && value != '\t' && value != '\n' && value != '\r') {
                return i;
            }
        }
        return -1;
    }

    static long lineOf(int index, byte[] document) {
        long line = 1;
        for (int i = 0; i < index; i++) {
            if (document[i] == '\n') {
                line++;
            }
        }
        return line;
    }
}
