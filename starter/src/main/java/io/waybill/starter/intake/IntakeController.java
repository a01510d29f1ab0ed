package io.waybill.starter.intake;

import io.waybill.intake.Intake;
import io.waybill.intake.Intake.Receipt;
import io.waybill.intake.Intake.Submission;
import io.waybill.intake.IntakeRefusedException;
import io.waybill.pipeline.Headers;
import io.waybill.pipeline.KafkaSource;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** Takes a message as the raw body of a request; answers once the broker has acknowledged it. */
@RestController
class IntakeController {

    private final Intake intake;
    private final PayloadRoom room;

    IntakeController(Intake intake, PayloadRoom room) {
        this.intake = intake;
        this.room = room;
    }

    /**
     * Any content type. {@code Message-Id}, {@code Batch-Id}, {@code Name} (what the sender calls it) and {@code
     * Content-Type} go with the message.
     */
    @PostMapping("/api/intake/{pipeline}")
    ResponseEntity<Accepted> take(
            @PathVariable String pipeline,
            @RequestHeader(name = KafkaSource.MESSAGE_ID_HEADER, required = false) @Nullable String messageId,
            @RequestHeader(name = KafkaSource.BATCH_ID_HEADER, required = false) @Nullable String batchId,
            @RequestHeader(name = KafkaSource.NAME_HEADER, required = false) @Nullable String name,
            HttpServletRequest request)
            throws IOException {
        if (!intake.pipelines().contains(pipeline)) {
            RequestBody.drain(request);
            throw IntakeRefusedException.unknownPipeline(pipeline, intake.pipelines());
        }
        List<Headers.Header> headers = new ArrayList<>();
        add(headers, KafkaSource.MESSAGE_ID_HEADER, messageId);
        add(headers, KafkaSource.BATCH_ID_HEADER, batchId);
        add(headers, KafkaSource.NAME_HEADER, name);
        if (!RequestBody.isForm(request.getContentType())) {
            add(headers, HttpHeaders.CONTENT_TYPE, request.getContentType());
        }
        Headers passedOn = new Headers(headers);
        int max = intake.maxPayloadBytes();
        Receipt receipt = room.holding(
                RequestBody.roomFor(request, max),
                () -> intake.submit(new Submission(pipeline, null, passedOn, RequestBody.read(request, max))));
        String trackingId = receipt.trackingId().toString();
        return ResponseEntity.accepted()
                .location(URI.create(request.getContextPath() + "/api/flows/" + trackingId))
                .body(new Accepted(trackingId, receipt.messageId(), pipeline));
    }

    /** The server hands over a header's bytes as Latin-1 characters; people send UTF-8. */
    private static void add(List<Headers.Header> headers, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            headers.add(new Headers.Header(name, value.getBytes(StandardCharsets.ISO_8859_1)));
        }
    }

    /** @param messageId empty where the message has none */
    record Accepted(String trackingId, String messageId, String pipeline) {}
}
