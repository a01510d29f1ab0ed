package io.waybill.starter.pipelines;

import io.waybill.control.ForbiddenOrderException;
import io.waybill.control.OrderNotWrittenException;
import io.waybill.control.ReasonMissingException;
import io.waybill.control.UnknownPipelineException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
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
@RestControllerAdvice(assignableTypes = PipelineController.class)
final class PipelineProblems extends ResponseEntityExceptionHandler {

    @ExceptionHandler
    ProblemDetail on(UnknownPipelineException e) {
        return problem(HttpStatus.NOT_FOUND, "Unknown pipeline", UnknownPipelineException.CODE, e);
    }

    @ExceptionHandler
    ProblemDetail on(ForbiddenOrderException e) {
        ProblemDetail problem = problem(HttpStatus.CONFLICT, "Forbidden order", ForbiddenOrderException.CODE, e);
        problem.setProperty("standing", e.standing());
        return problem;
    }

    @ExceptionHandler
    ProblemDetail on(ReasonMissingException e) {
        return problem(HttpStatus.BAD_REQUEST, "Reason missing", ReasonMissingException.CODE, e);
    }

    @ExceptionHandler
    ProblemDetail on(PipelineController.WantedMissingException e) {
        return problem(HttpStatus.BAD_REQUEST, "Invalid request", "INVALID_REQUEST", e);
    }

    @ExceptionHandler
    ProblemDetail on(PipelineController.NobodyException e) {
        return problem(HttpStatus.UNAUTHORIZED, "Not authenticated", "NOT_AUTHENTICATED", e);
    }

    @ExceptionHandler
    ProblemDetail on(OrderNotWrittenException e) {
        logger.warn("An order could not be written to the log", e);
        return problem(HttpStatus.SERVICE_UNAVAILABLE, "Order not acknowledged", OrderNotWrittenException.CODE, e);
    }

    @ExceptionHandler
    ProblemDetail on(KafkaException e) {
        logger.warn("A request failed since the log did not answer it", e);
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(
                HttpStatus.SERVICE_UNAVAILABLE, "The log did not answer. Nothing was ordered; try again.");
        problem.setTitle("Log unavailable");
        problem.setProperty("code", "LOG_UNAVAILABLE");
        return problem;
    }

    /** Everything that Spring itself refuses. */
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception e, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        if (body instanceof ProblemDetail problem) {
            problem.setProperty("code", "INVALID_REQUEST");
        }
        return super.handleExceptionInternal(e, body, headers, status, request);
    }

    private static ProblemDetail problem(HttpStatus status, String title, String code, RuntimeException e) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, String.valueOf(e.getMessage()));
        problem.setTitle(title);
        problem.setProperty("code", code);
        return problem;
    }
}
