package io.waybill.tracking.rest;

import io.waybill.tracking.InvalidQueryException;
import io.waybill.tracking.OrderNotAcknowledgedException;
import io.waybill.tracking.ResultsBusyException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.TypeMismatchException;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Errors of these endpoints, and of no others, as problems of RFC 9457 with a stable {@code code}. */
@RestControllerAdvice(assignableTypes = {FlowController.class, IncidentController.class, WebhookController.class})
final class TrackingProblems extends ResponseEntityExceptionHandler {

    @ExceptionHandler
    ProblemDetail on(UnknownFlowException e) {
        ProblemDetail problem = problem(HttpStatus.NOT_FOUND, UnknownFlowException.CODE, e);
        problem.setProperty("recordsBehind", e.lag().records());
        problem.setProperty("asOf", e.lag().asOf());
        return problem;
    }

    @ExceptionHandler
    ProblemDetail on(InvalidTrackingIdException e) {
        return problem(HttpStatus.BAD_REQUEST, InvalidTrackingIdException.CODE, e);
    }

    @ExceptionHandler
    ProblemDetail on(InvalidQueryException e) {
        return problem(HttpStatus.BAD_REQUEST, e.code().name(), e);
    }

    @ExceptionHandler
    ProblemDetail on(ResultsBusyException e) {
        return problem(HttpStatus.SERVICE_UNAVAILABLE, ResultsBusyException.CODE, e);
    }

    @ExceptionHandler
    ProblemDetail on(OrderNotAcknowledgedException e) {
        logger.warn("An order could not be written to the log", e);
        return problem(HttpStatus.SERVICE_UNAVAILABLE, OrderNotAcknowledgedException.CODE, e);
    }

    @ExceptionHandler
    ProblemDetail on(DataAccessException e) {
        logger.warn("A request failed since the database did not answer it", e);
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(
                HttpStatus.SERVICE_UNAVAILABLE,
                "The database did not answer. Processing is not affected; try again later.");
        problem.setProperty("code", "DATABASE_UNAVAILABLE");
        return problem;
    }

    /** Everything that Spring itself refuses. */
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception e, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        if (body instanceof ProblemDetail problem) {
            problem.setProperty("code", e instanceof TypeMismatchException ? "INVALID_PARAMETER" : "INVALID_REQUEST");
        }
        return super.handleExceptionInternal(e, body, headers, status, request);
    }

    static ProblemDetail problem(HttpStatus status, String code, RuntimeException e) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, String.valueOf(e.getMessage()));
        problem.setProperty("code", code);
        return problem;
    }
}
