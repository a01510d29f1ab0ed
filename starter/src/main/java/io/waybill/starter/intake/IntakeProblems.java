package io.waybill.starter.intake;

import io.waybill.intake.Intake;
import io.waybill.intake.IntakeRefusedException;
import io.waybill.intake.IntakeUnavailableException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Says why a message was not taken in, as a problem of RFC 9457 with a {@code code} that never changes. */
@RestControllerAdvice(assignableTypes = IntakeController.class)
class IntakeProblems {

    private static final String RETRY_AFTER_SECONDS = "5";

    private final Intake intake;

    IntakeProblems(Intake intake) {
        this.intake = intake;
    }

    @ExceptionHandler
    ProblemDetail refused(IntakeRefusedException refusal) {
        return switch (refusal.code()) {
            case UNKNOWN_PIPELINE -> {
                ProblemDetail problem = problem(HttpStatus.NOT_FOUND, "Unknown pipeline", refusal);
                problem.setProperty("pipelines", intake.pipelines());
                yield problem;
            }
            case PAYLOAD_TOO_LARGE -> {
                ProblemDetail problem = problem(HttpStatus.CONTENT_TOO_LARGE, "Payload too large", refusal);
                problem.setProperty("maxPayloadBytes", intake.maxPayloadBytes());
                yield problem;
            }
            case INVALID_ID -> problem(HttpStatus.BAD_REQUEST, "Invalid message or batch id", refusal);
            case INVALID_ENVELOPE -> problem(HttpStatus.BAD_REQUEST, "Invalid key or headers", refusal);
        };
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refused(RequestRefusedException refusal) {
        ProblemDetail problem =
                problem(refusal.status(), refusal.status().getReasonPhrase(), refusal.code(), refusal.detail());
        return answer(problem);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unavailable(IntakeUnavailableException e) {
        String detail = String.valueOf(e.getMessage()).substring(IntakeUnavailableException.CODE.length() + 2);
        return answer(
                problem(HttpStatus.SERVICE_UNAVAILABLE, "Broker unavailable", IntakeUnavailableException.CODE, detail));
    }

    private static ResponseEntity<ProblemDetail> answer(ProblemDetail problem) {
        ResponseEntity.BodyBuilder response = ResponseEntity.status(problem.getStatus());
        if (problem.getStatus() == HttpStatus.SERVICE_UNAVAILABLE.value()) {
            response.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        return response.body(problem);
    }

    private static ProblemDetail problem(HttpStatus status, String title, IntakeRefusedException refusal) {
        return problem(status, title, refusal.code().name(), refusal.detail());
    }

    private static ProblemDetail problem(HttpStatus status, String title, String code, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setTitle(title);
        problem.setProperty("code", code);
        return problem;
    }
}
