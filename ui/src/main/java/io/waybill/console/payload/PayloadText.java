package io.waybill.console.payload;

import com.github.difflib.DiffUtils;
import com.github.difflib.patch.AbstractDelta;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A payload that is text, and the way back from an edit form to its exact bytes.
 *
 * <p>Browsers send every line end of a text area as CR LF. Taken literally, saving an edit of one character would
 * change each line, so {@link #edited} compares the lines, gives back to every untouched line the end it had, and to
 * new lines the end that the payload uses most.
 */
public record PayloadText(String text, Charset charset) {

    private static final Pattern XML_ENCODING =
            Pattern.compile("^\\s*<\\?xml[^>]{0,100}\\bencoding\\s*=\\s*[\"']([A-Za-z0-9._-]{1,40})[\"']");

    private static final Pattern LINE = Pattern.compile("([^\\r\\n]*)(\\r\\n|\\r|\\n|\\z)");

    /** Empty where the bytes are no text, or hold a control character that a form would not give back. */
    public static Optional<PayloadText> of(byte[] payload) {
        Charset charset = declaredCharset(payload);
        try {
            String text = charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(payload))
                    .toString();
            return text.chars().anyMatch(PayloadText::isLostInForms)
                    ? Optional.empty()
                    : Optional.of(new PayloadText(text, charset));
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /**
     * The bytes of what was typed, with the line ends of this text.
     *
     * @throws UnencodableTextException where the payload's charset has no such character
     */
    public byte[] edited(String typed) {
        String exact = withLineEnds(typed);
        try {
            ByteBuffer bytes = charset.newEncoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .encode(CharBuffer.wrap(exact));
            byte[] result = new byte[bytes.remaining()];
            bytes.get(result);
            return result;
        } catch (CharacterCodingException e) {
            throw UnencodableTextException.of(charset, e);
        }
    }

    private String withLineEnds(String typed) {
        List<Line> before = lines(text);
        List<Line> after = lines(typed);
        String usual = usualEnd(before);
        List<String> ends = new ArrayList<>();
        int untouched = 0;
        for (AbstractDelta<String> delta :
                DiffUtils.diff(contents(before), contents(after)).getDeltas()) {
            int until = delta.getSource().getPosition();
            for (; untouched < until; untouched++) {
                ends.add(before.get(untouched).end());
            }
            for (int i = 0; i < delta.getTarget().size(); i++) {
                ends.add(i < delta.getSource().size() ? before.get(until + i).end() : usual);
            }
            untouched = until + delta.getSource().size();
        }
        for (; untouched < before.size(); untouched++) {
            ends.add(before.get(untouched).end());
        }
        StringBuilder exact = new StringBuilder(typed.length());
        for (int i = 0; i < after.size(); i++) {
            exact.append(after.get(i).content());
            if (i < after.size() - 1) {
                exact.append(ends.get(i).isEmpty() ? usual : ends.get(i));
            }
        }
        return exact.toString();
    }

    private static String usualEnd(List<Line> lines) {
        String usual = "\n";
        long most = 0;
        for (String end : List.of("\n", "\r\n", "\r")) {
            long count = lines.stream().filter(line -> line.end().equals(end)).count();
            if (count > most) {
                most = count;
                usual = end;
            }
        }
        return usual;
    }

    private static List<String> contents(List<Line> lines) {
        return lines.stream().map(Line::content).toList();
    }

    private static List<Line> lines(String text) {
        List<Line> lines = new ArrayList<>();
        Matcher matcher = LINE.matcher(text);
        while (matcher.find()) {
            lines.add(new Line(matcher.group(1), matcher.group(2)));
            if (matcher.group(2).isEmpty()) {
                break;
            }
        }
        return lines;
    }

    private static Charset declaredCharset(byte[] payload) {
        String head = new String(payload, 0, Math.min(payload.length, 200), StandardCharsets.ISO_8859_1);
        Matcher declared = XML_ENCODING.matcher(head);
        return declared.find() && Charset.isSupported(declared.group(1))
                ? Charset.forName(declared.group(1))
                : StandardCharsets.UTF_8;
    }

    private static boolean isLostInForms(int c) {
        return c < 0x20 && c != '\t' && c != '\n' && c != '\r';
    }

    private record Line(String content, String end) {}
}
