package io.waybill.starter.intake;

import io.waybill.intake.IntakeRefusedException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The raw bytes of a request, never more of them in memory than a payload may have. */
final class RequestBody {

    /**
     * What is read and thrown away of a body that is refused: a client that is cut off while it still sends sees a
     * broken connection instead of the answer.
     */
    private static final long DRAINED_BYTES = 128L << 20;

    private RequestBody() {}

    /** How much memory {@link #read} needs: a body of unknown length is collected in pieces, then copied. */
    static long roomFor(HttpServletRequest request, int max) {
        long declared = request.getContentLengthLong();
        return declared >= 0 && declared <= max ? declared : 2L * max;
    }

    /**
     * @throws IntakeRefusedException where it has more than {@code max} bytes
     * @throws RequestRefusedException where something consumed it before, as happens to forms
     */
    static byte[] read(HttpServletRequest request, int max) throws IOException {
        long declared = request.getContentLengthLong();
        InputStream in = request.getInputStream();
        if (declared > max) {
            drain(request);
            throw IntakeRefusedException.payloadTooLarge(declared, max);
        }
        if (declared >= 0) {
            byte[] body = new byte[(int) declared];
            int count = in.readNBytes(body, 0, body.length);
            if (count < body.length) {
                throw RequestRefusedException.incompleteBody(declared, count);
            }
            return body;
        }
        byte[] body = in.readNBytes(max);
        long more = in.read() < 0 ? 0 : 1 + drain(request);
        if (more > 0) {
            throw IntakeRefusedException.payloadTooLarge(body.length + more, max);
        }
        if (body.length == 0 && isForm(request.getContentType())) {
            throw RequestRefusedException.formTaken();
        }
        return body;
    }

    /** Reads on to the end, within a bound, and keeps nothing. */
    static long drain(HttpServletRequest request) throws IOException {
        InputStream in = request.getInputStream();
        if (request.getContentLengthLong() > DRAINED_BYTES) {
            return 0;
        }
        byte[] thrownAway = new byte[16 << 10];
        long drained = 0;
        int count = in.read(thrownAway);
        while (count >= 0 && drained < DRAINED_BYTES) {
            drained += count;
            count = in.read(thrownAway);
        }
        return drained;
    }

    static boolean isForm(@Nullable String contentType) {
        String type = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
        return type.startsWith("application/x-www-form-urlencoded") || type.startsWith("multipart/form-data");
    }
}
