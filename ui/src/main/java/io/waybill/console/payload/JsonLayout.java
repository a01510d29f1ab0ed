package io.waybill.console.payload;

/**
 * Lays JSON out over lines. Works on the characters: nothing but white space outside of strings changes, so numbers
 * and escapes read exactly as they were sent, and broken JSON is laid out as far as it goes.
 */
final class JsonLayout {

    private static final int MAX_DEPTH = 200;

    private final String json;
    private final StringBuilder out;
    private int depth;

    private JsonLayout(String json) {
        this.json = json;
        this.out = new StringBuilder(json.length() * 3 / 2);
    }

    static String of(String json) {
        return new JsonLayout(json).laidOut();
    }

    private String laidOut() {
        int i = 0;
        while (i < json.length()) {
            char c = json.charAt(i);
            if (c == '"') {
                int end = endOfString(i);
                out.append(json, i, end);
                i = end;
            } else {
                i = structure(c, i) + 1;
            }
        }
        return out.toString();
    }

    private int structure(char c, int i) {
        switch (c) {
            case '{', '[' -> {
                int next = skipSpace(i + 1);
                if (next < json.length() && json.charAt(next) == (c == '{' ? '}' : ']')) {
                    out.append(c).append(json.charAt(next));
                    return next;
                }
                depth++;
                out.append(c);
                newLine();
            }
            case '}', ']' -> {
                depth--;
                newLine();
                out.append(c);
            }
            case ',' -> {
                out.append(c);
                newLine();
            }
            case ':' -> out.append(": ");
            case ' ', '\t', '\r', '\n' -> {
                // Laid out anew.
            }
            default -> out.append(c);
        }
        return i;
    }

    private int skipSpace(int from) {
        int i = from;
        while (i < json.length() && " \t\r\n".indexOf(json.charAt(i)) >= 0) {
            i++;
        }
        return i;
    }

    private int endOfString(int start) {
        for (int i = start + 1; i < json.length(); i++) {
            if (json.charAt(i) == '\\') {
                i++;
            } else if (json.charAt(i) == '"') {
                return i + 1;
            }
        }
        return json.length();
    }

    private void newLine() {
        out.append('\n').repeat("  ", Math.clamp(depth, 0, MAX_DEPTH));
    }
}
