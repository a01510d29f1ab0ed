package io.waybill.audit.rest;

import io.waybill.audit.InvalidAuditQueryException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.NestedRuntimeException;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Errors of these endpoints, and of no others, as problems of RFC 9457 with a stable {@code code}. */
@RestControllerAdvice(assignableTypes = AuditController.class)
final class AuditProblems extends ResponseEntityExceptionHandler {

    @ExceptionHandler
    ProblemDetail on(InvalidAuditQueryException e) {
        return problem(HttpStatus.BAD_REQUEST, e.code().name(), String.valueOf(e.getMessage()));
    }

    @ExceptionHandler({DataAccessException.class, TransactionException.class})
    ProblemDetail onDatabase(NestedRuntimeException e) {
        logger.warn("A request failed since the database did not answer it", e);
        return problem(
                HttpStatus.SERVICE_UNAVAILABLE,
                "DATABASE_UNAVAILABLE",
                "The database did not answer. Processing is not affected; try again later.");
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

    private static ProblemDetail problem(HttpStatus status, String code, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setProperty("code", code);
        return problem;
    }
}
