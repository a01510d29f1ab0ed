package io.waybill.console.frame;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.servlet.ModelAndView;

/** What nobody else answered: a page for people, an RFC 9457 problem for {@code /api/**}. Tells no internals. */
@Controller
class ErrorPages implements ErrorController {

    private static final Logger log = LoggerFactory.getLogger(ErrorPages.class);

    @RequestMapping("${spring.web.error.path:${error.path:/error}}")
    Object error(HttpServletRequest request) {
        HttpStatus status = status(request);
        String path = String.valueOf(request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI));
        if (status.is5xxServerError()) {
            log.error("{} answered with {}", path, status, cause(request));
        }
        return path.startsWith(request.getContextPath() + "/api/") ? problem(status, path) : page(status);
    }

    private static ResponseEntity<ProblemDetail> problem(HttpStatus status, String path) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, explanation(status));
        problem.setInstance(URI.create(path));
        problem.setProperty("code", status.name());
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }

    private static ModelAndView page(HttpStatus status) {
        ModelAndView page = new ModelAndView("waybill/error", status);
        page.addObject("code", status.value());
        page.addObject("heading", heading(status));
        page.addObject("explanation", explanation(status));
        return page;
    }

    private static String heading(HttpStatus status) {
        return switch (status) {
            case NOT_FOUND -> "Nothing is here";
            case FORBIDDEN -> "This was not done";
            case CONTENT_TOO_LARGE -> "That was too large";
            default -> status.is5xxServerError() ? "This did not work" : "This request was not understood";
        };
    }

    private static String explanation(HttpStatus status) {
        return switch (status) {
            case NOT_FOUND ->
                "There is no page or record under this address. It may have been mistyped, or its retention "
                        + "may have ended.";
            case FORBIDDEN ->
                "The form had expired, or the request came from another site; nothing was changed. Open the "
                        + "page again and repeat what you did.";
            case CONTENT_TOO_LARGE ->
                "The request is larger than the console takes; nothing was sent to a pipeline. Send "
                        + "fewer or smaller files at a time.";
            default ->
                status.is5xxServerError()
                        ? "Waybill could not answer. Processing does not depend on this page and goes on; what was saved "
                                + "stays saved. Try again; if it stays like this, the log of the application says why."
                        : "The address or the form holds a value that does not belong there; nothing was changed.";
        };
    }

    private static HttpStatus status(HttpServletRequest request) {
        Object code = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        HttpStatus status = code instanceof Integer number ? HttpStatus.resolve(number) : null;
        return status == null ? HttpStatus.NOT_FOUND : status;
    }

    private static @Nullable Throwable cause(HttpServletRequest request) {
        return (Throwable) request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
    }
}
