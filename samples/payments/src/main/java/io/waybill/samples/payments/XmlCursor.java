package io.waybill.samples.payments;

import io.waybill.pipeline.Poison;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Walks down one document, element by element, by the JDK's streaming parser with document types and external
 * entities off. Only elements of the root's namespace have a name here. One thread; memory does not grow with the
 * document.
 */
final class XmlCursor {

    /** The longest text of the message is 140 characters; some banks allow more. */
    static final int MAX_TEXT = 2_000;

    /** A payment's deepest field is about 12 levels down. */
    static final int MAX_DEPTH = 64;

    private static final XMLInputFactory FACTORY = factory();

    private final byte[] document;
    private final DocumentReader input;
    private final XMLStreamReader reader;
    private String namespace = "";
    private int depth;

    private XmlCursor(byte[] document) {
        this.document = document;
        this.input = new DocumentReader(document);
        this.reader = open();
    }

    /** Stands on the root element. */
    static XmlCursor atRootOf(byte[] document) {
        XmlCursor cursor = new XmlCursor(document);
        cursor.moveToRoot();
        return cursor;
    }

    /** Consumes the element that the cursor stands on, by one of the cursor's own methods. */
    interface Element {
        void read(String name);
    }

    /** Calls {@code element} for each child of the current element; afterwards the cursor has left it. */
    void eachChild(Element element) {
        int end = depth - 1;
        while (depth > end) {
            if (next() == XMLStreamConstants.START_ELEMENT) {
                element.read(name());
            }
        }
    }

    /** Moves down to the first child of this name; where there is none, the cursor has left the element. */
    boolean toChild(String wanted) {
        int end = depth - 1;
        while (depth > end) {
            if (next() == XMLStreamConstants.START_ELEMENT) {
                if (name().equals(wanted)) {
                    return true;
                }
                skip();
            }
        }
        return false;
    }

    /** The current element's text without white space around it; what children it has are skipped. */
    String text() {
        StringBuilder text = new StringBuilder();
        int end = depth - 1;
        while (depth > end) {
            int event = next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                skip();
            } else if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA) {
                append(text, reader.getTextLength());
            }
        }
        return text.toString().strip();
    }

    void skip() {
        int end = depth - 1;
        while (depth > end) {
            next();
        }
    }

    /** Reads to the end of the document, so that nothing broken stands behind its root. */
    void finish() {
        while (hasNext()) {
            next();
        }
    }

    /** The attribute of the current element; empty where it has none. */
    String attribute(String name) {
        String value = reader.getAttributeValue(null, name);
        return value == null ? "" : value.strip();
    }

    /** Local name of the current element; empty where it is of another namespace. */
    String name() {
        return namespace.equals(namespaceOfElement()) ? reader.getLocalName() : "";
    }

    String namespace() {
        return namespace;
    }

    Poison malformed(Malformed code, String format, Object... arguments) {
        return code.at(line(), format, arguments);
    }

    private int line() {
        return Math.max(1, reader.getLocation().getLineNumber());
    }

    private void moveToRoot() {
        int event = next();
        while (event != XMLStreamConstants.START_ELEMENT) {
            event = next();
        }
        namespace = namespaceOfElement();
    }

    private String namespaceOfElement() {
        String uri = reader.getNamespaceURI();
        return uri == null ? "" : uri;
    }

    private void append(StringBuilder text, int length) {
        if (text.length() + length > MAX_TEXT) {
            throw malformed(
                    Malformed.FIELD_TOO_LONG, "expected a text of at most %d characters, but it is longer", MAX_TEXT);
        }
        text.append(reader.getTextCharacters(), reader.getTextStart(), length);
    }

    private int next() {
        int event;
        try {
            event = reader.next();
        } catch (XMLStreamException e) {
            throw broken(e);
        }
        switch (event) {
            case XMLStreamConstants.START_ELEMENT -> {
                if (++depth > MAX_DEPTH) {
                    throw malformed(Malformed.NESTED_TOO_DEEP, "expected at most %d nested elements", MAX_DEPTH);
                }
            }
            case XMLStreamConstants.END_ELEMENT -> depth--;
            case XMLStreamConstants.DTD ->
                throw malformed(Malformed.DTD_NOT_ALLOWED, "expected no document type declaration, but there is one");
            default -> {}
        }
        return event;
    }

    private boolean hasNext() {
        try {
            return reader.hasNext();
        } catch (XMLStreamException e) {
            throw broken(e);
        }
    }

    private Poison broken(XMLStreamException e) {
        if (input.undecodable()) {
            return Malformed.WRONG_ENCODING.at(
                    DocumentReader.lineOfUndecodable(document),
                    "expected text in the document's encoding, but it is not");
        }
        int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNumber());
        if (namespace.isEmpty() && depth == 0) {
            return Malformed.NOT_XML.at(line, "expected an XML document, but the parser says: %s", reason(e));
        }
        int illegal = IllegalBytes.firstIn(document);
        if (illegal >= 0) {
            return Malformed.ILLEGAL_CHARACTER.at(
                    IllegalBytes.lineOf(illegal, document),
                    "expected characters that XML allows, but was U+%04X",
                    document[illegal]);
        }
        if (depth > 0 && input.exhausted()) {
            return Malformed.TRUNCATED_XML.at(
                    line, "expected the end of %d open elements, but the document ends here", depth);
        }
        return Malformed.MALFORMED_XML.at(line, "expected well-formed XML, but the parser says: %s", reason(e));
    }

    /** The parser repeats the position and breaks lines; the reason stands behind. */
    private static String reason(XMLStreamException e) {
        String message = String.valueOf(e.getMessage());
        int reason = message.indexOf("Message: ");
        return reason < 0 ? message : message.substring(reason + "Message: ".length());
    }

    private XMLStreamReader open() {
        try {
            return FACTORY.createXMLStreamReader(input);
        } catch (XMLStreamException e) {
            throw broken(e);
        }
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, true);
        factory.setProperty(XMLInputFactory.IS_COALESCING, false);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        return factory;
    }
}
