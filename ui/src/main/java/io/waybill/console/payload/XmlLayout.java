package io.waybill.console.payload;

/**
 * Lays XML out over lines. Works on the characters, resolves nothing, and needs no well-formed document: an element
 * that holds nothing but text stays on one line, white space between tags is laid out anew.
 */
final class XmlLayout {

    private static final int MAX_DEPTH = 200;

    private final String xml;
    private final StringBuilder out;
    private int depth;

    private XmlLayout(String xml) {
        this.xml = xml;
        this.out = new StringBuilder(xml.length() * 3 / 2);
    }

    static String of(String xml) {
        return new XmlLayout(xml).laidOut();
    }

    private String laidOut() {
        int i = 0;
        while (i < xml.length()) {
            if (xml.charAt(i) != '<') {
                i = text(i);
                continue;
            }
            int end = endOfTag(i);
            if (xml.startsWith("</", i)) {
                depth--;
                line(i, end);
                i = end;
            } else if (isOpening(i, end)) {
                i = element(i, end);
            } else {
                line(i, end);
                i = end;
            }
        }
        return out.toString();
    }

    /** An opening tag; together with its text and closing tag where it holds nothing else. */
    private int element(int start, int endOfOpening) {
        int next = xml.indexOf('<', endOfOpening);
        if (next >= 0 && xml.startsWith("</", next)) {
            int end = endOfTag(next);
            line(start, end);
            return end;
        }
        line(start, endOfOpening);
        depth++;
        return endOfOpening;
    }

    private int text(int start) {
        int next = xml.indexOf('<', start);
        int end = next < 0 ? xml.length() : next;
        if (!xml.substring(start, end).isBlank()) {
            line(start, end);
        }
        return end;
    }

    private void line(int start, int end) {
        if (!out.isEmpty()) {
            out.append('\n');
        }
        out.repeat("  ", Math.clamp(depth, 0, MAX_DEPTH))
                .append(xml.substring(start, end).strip());
    }

    private boolean isOpening(int start, int end) {
        char second = start + 1 < xml.length() ? xml.charAt(start + 1) : '>';
        return second != '!' && second != '?' && !xml.startsWith("/>", end - 2);
    }

    private int endOfTag(int start) {
        if (xml.startsWith("<!--", start)) {
            return after("-->", start);
        }
        if (xml.startsWith("<![CDATA[", start)) {
            return after("]]>", start);
        }
        char quote = 0;
        for (int i = start + 1; i < xml.length(); i++) {
            char c = xml.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '>') {
                return i + 1;
            }
        }
        return xml.length();
    }

    private int after(String terminator, int start) {
        int found = xml.indexOf(terminator, start);
        return found < 0 ? xml.length() : found + terminator.length();
    }
}
