package io.waybill.console.payload;

import java.io.ByteArrayInputStream;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Says where an edited payload is broken before it is saved. Resolves no DTD and no entity. */
public final class WellFormed {

    private static final JsonFactory JSON = new JsonFactory();

    private WellFormed() {}

    /** Where and why it is not well-formed; empty where it is, or where nothing can be said of this format. */
    public static Optional<String> problem(Payload payload) {
        return switch (payload.format()) {
            case JSON -> json(payload.bytes());
            case XML -> xml(payload.bytes());
            case TEXT, BINARY -> Optional.empty();
        };
    }

    private static Optional<String> json(byte[] bytes) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            int depth = 0;
            int values = 0;
            while (parser.nextToken() != null) {
                depth += parser.currentToken().isStructStart() ? 1 : 0;
                depth -= parser.currentToken().isStructEnd() ? 1 : 0;
                values += depth == 0 ? 1 : 0;
            }
            return values == 1 ? Optional.empty() : Optional.of("expected one JSON value, but there are " + values);
        } catch (JacksonException e) {
            return Optional.of("line %d, column %d: %s"
                    .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr(), e.getOriginalMessage()));
        }
    }

    private static Optional<String> xml(byte[] bytes) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(bytes));
            while (reader.hasNext()) {
                reader.next();
            }
            return Optional.empty();
        } catch (XMLStreamException e) {
            String where = e.getLocation() == null
                    ? ""
                    : "line %d, column %d: "
                            .formatted(
                                    e.getLocation().getLineNumber(),
                                    e.getLocation().getColumnNumber());
            return Optional.of(where + lastLine(String.valueOf(e.getMessage())));
        }
    }

    /** The JDK's message repeats the location in lines of its own. */
    private static String lastLine(String message) {
        return message.substring(message.lastIndexOf('\n') + 1).replaceFirst("^Message: ", "");
    }
}
