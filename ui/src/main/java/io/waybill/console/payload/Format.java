package io.waybill.console.payload;

import java.util.Locale;

/** What a payload is, by its declared media type and, where that says nothing, by its first character. */
public enum Format {
    JSON("JSON"),
    XML("XML"),
    TEXT("text"),
    BINARY("binary");

    private final String label;

    Format(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }

    static Format of(String contentType, String text) {
        String type = contentType.toLowerCase(Locale.ROOT);
        if (type.contains("json")) {
            return JSON;
        }
        if (type.contains("xml")) {
            return XML;
        }
        String start = text.stripLeading();
        if (start.startsWith("{") || start.startsWith("[")) {
            return JSON;
        }
        return start.startsWith("<?xml") || start.matches("(?s)<[A-Za-z][^>]*>.*") ? XML : TEXT;
    }
}
