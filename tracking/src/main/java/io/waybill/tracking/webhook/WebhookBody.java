package io.waybill.tracking.webhook;

import io.waybill.format.TrackingId;
import io.waybill.format.v1.FlowResult;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What a receiver reads: the envelope of the Standard Webhooks (type, timestamp, data). */
final class WebhookBody {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private WebhookBody() {}

    static String of(FlowResult result) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("trackingId", TrackingId.of(result.getTrackingId()).toString());
        data.put("pipeline", result.getPipeline());
        data.put("number", result.getNumber());
        data.put("status", result.getResult().name());
        data.put("leaves", result.getLeaves());
        data.put("succeeded", result.getSucceeded());
        data.put("failed", result.getFailed());
        data.put("openDeadLetters", result.getOpenDeadLetters());
        data.put("messageId", orNull(result.getMessageId()));
        data.put("batchId", orNull(result.getBatchId()));
        data.put(
                "duplicateOf",
                result.getDuplicateOf().isEmpty()
                        ? null
                        : TrackingId.of(result.getDuplicateOf()).toString());
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", "flow.result");
        body.put("timestamp", Instant.ofEpochMilli(result.getAtMs()).toString());
        body.put("data", data);
        return JSON.writeValueAsString(body);
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
