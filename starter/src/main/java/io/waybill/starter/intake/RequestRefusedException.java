package io.waybill.starter.intake;

import java.time.Duration;
import org.springframework.http.HttpStatus;

/** A request that never became a submission; nothing was written. The code is stable. */
final class RequestRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final HttpStatus status;
    private final String code;
    private final String detail;

    private RequestRefusedException(HttpStatus status, String code, String detail) {
        super(code + ": " + detail);
        this.status = status;
        this.code = code;
        this.detail = detail;
    }

    static RequestRefusedException incompleteBody(long declared, long read) {
        return new RequestRefusedException(
                HttpStatus.BAD_REQUEST,
                "INCOMPLETE_BODY",
                "expected a raw body of %d bytes as Content-Length says, but were %d; a form is not taken: send the bytes with their own Content-Type"
                        .formatted(declared, read));
    }

    static RequestRefusedException formTaken() {
        return new RequestRefusedException(
                HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                "FORM_NOT_TAKEN",
                "expected the message as raw bytes with its own Content-Type, but was a form");
    }

    static RequestRefusedException busy(Duration patience) {
        return new RequestRefusedException(
                HttpStatus.SERVICE_UNAVAILABLE,
                "INTAKE_BUSY",
                "expected room for the payload within %s, but other requests hold it: nothing was written; send it again"
                        .formatted(patience));
    }

    HttpStatus status() {
        return status;
    }

    String code() {
        return code;
    }

    String detail() {
        return detail;
    }
}
