package io.waybill.starter.pipelines;

import io.waybill.control.PipelineView;
import io.waybill.control.Pipelines;
import io.waybill.control.Wanted;
import java.security.Principal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What pipelines do, and the orders people give them. */
@RestController
@RequestMapping(path = "/api/pipelines", produces = MediaType.APPLICATION_JSON_VALUE)
final class PipelineController {

    private final Pipelines pipelines;

    PipelineController(Pipelines pipelines) {
        this.pipelines = pipelines;
    }

    @GetMapping
    PipelineList list() {
        return new PipelineList(pipelines.all());
    }

    @GetMapping("/{name}")
    PipelineView one(@PathVariable String name) {
        return pipelines.get(name);
    }

    /** 202: the order is on the log, and what comes of it shows on the pipeline. 200: that was wanted already. */
    @PostMapping(path = "/{name}/orders", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<PipelineView> order(
            @PathVariable String name, @RequestBody OrderRequest order, @Nullable Principal user) {
        if (user == null || user.getName().isBlank()) {
            throw new NobodyException();
        }
        Wanted wanted = order.wanted();
        if (wanted == null) {
            throw new WantedMissingException();
        }
        String reason = order.reason() == null ? "" : order.reason();
        Pipelines.Ordered ordered = pipelines.order(name, wanted, user.getName(), reason);
        return ResponseEntity.status(ordered.isNew() ? HttpStatus.ACCEPTED : HttpStatus.OK)
                .body(ordered.pipeline());
    }

    record PipelineList(List<PipelineView> pipelines) {}

    /**
     * @param wanted from now on
     * @param reason 1 to 500 characters
     */
    record OrderRequest(@Nullable Wanted wanted, @Nullable String reason) {}

    /** Nothing here happens anonymously: the order names a person. */
    static final class NobodyException extends RuntimeException {
        private static final long serialVersionUID = 1;

        NobodyException() {
            super("expected a user who is logged in, but nobody is");
        }
    }

    static final class WantedMissingException extends RuntimeException {
        private static final long serialVersionUID = 1;

        WantedMissingException() {
            super("expected 'wanted' to be one of %s, but it is missing".formatted(List.of(Wanted.values())));
        }
    }
}
