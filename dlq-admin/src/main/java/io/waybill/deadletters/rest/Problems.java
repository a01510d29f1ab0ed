package io.waybill.deadletters.rest;

import io.waybill.deadletters.DeadLetterConflictException;
import io.waybill.deadletters.DeadLetterNotFoundException;
import io.waybill.deadletters.PayloadTooLargeException;
import io.waybill.deadletters.rest.Actor.UnknownActorException;
import org.hibernate.exception.JDBCConnectionException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.TypeMismatchException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Errors of these endpoints, and of no others, as problems of RFC 9457 with a stable {@code code}. */
@RestControllerAdvice(assignableTypes = {DeadLetterController.class, ReplayController.class})
class Problems extends ResponseEntityExceptionHandler {

    @ExceptionHandler
    ProblemDetail on(DeadLetterNotFoundException e) {
        return problem(HttpStatus.NOT_FOUND, DeadLetterNotFoundException.CODE, e);
    }

    @ExceptionHandler
    ProblemDetail on(ReplayNotFoundException e) {
        return problem(HttpStatus.NOT_FOUND, ReplayNotFoundException.CODE, e);
    }

    @ExceptionHandler
    ProblemDetail on(DeadLetterConflictException e) {
        return problem(HttpStatus.CONFLICT, e.code().name(), e);
    }

    @ExceptionHandler
    ProblemDetail on(PayloadTooLargeException e) {
        return problem(HttpStatus.CONTENT_TOO_LARGE, PayloadTooLargeException.CODE, e);
    }

    @ExceptionHandler
    ProblemDetail on(InvalidRequestException e) {
        return problem(HttpStatus.BAD_REQUEST, InvalidRequestException.CODE, e);
    }

    @ExceptionHandler
    ProblemDetail on(UnknownActorException e) {
        return problem(HttpStatus.UNAUTHORIZED, UnknownActorException.CODE, e);
    }

    @ExceptionHandler({DataAccessResourceFailureException.class, JDBCConnectionException.class})
    ProblemDetail onDatabaseAway(RuntimeException e) {
        logger.warn("A request failed since the database cannot be reached", e);
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(
                HttpStatus.SERVICE_UNAVAILABLE,
                "The database cannot be reached; nothing was changed. Try again later.");
        problem.setProperty("code", "DATABASE_UNAVAILABLE");
        return problem;
    }

    /** Everything that Spring itself refuses. */
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception e, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        PayloadTooLargeException tooLarge = tooLargeIn(e);
        if (tooLarge != null) {
            return super.handleExceptionInternal(e, on(tooLarge), headers, HttpStatus.CONTENT_TOO_LARGE, request);
        }
        if (body instanceof ProblemDetail problem) {
            problem.setProperty("code", codeOf(e, status));
        }
        return super.handleExceptionInternal(e, body, headers, status, request);
    }

    /** The JSON reader wraps what the stream under it throws. */
    private static @Nullable PayloadTooLargeException tooLargeIn(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof PayloadTooLargeException tooLarge) {
                return tooLarge;
            }
        }
        return null;
    }

    private static String codeOf(Exception e, HttpStatusCode status) {
        return switch (e) {
            case HttpMessageNotReadableException unreadable -> "MALFORMED_JSON";
            case TypeMismatchException mismatch -> "INVALID_PARAMETER";
            default -> {
                HttpStatus known = HttpStatus.resolve(status.value());
                yield known == null ? "HTTP_" + status.value() : known.name();
            }
        };
    }

    private static ProblemDetail problem(HttpStatus status, String code, RuntimeException e) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, String.valueOf(e.getMessage()));
        problem.setProperty("code", code);
        return problem;
    }
}
