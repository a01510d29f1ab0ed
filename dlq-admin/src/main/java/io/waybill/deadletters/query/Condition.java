package io.waybill.deadletters.query;

import static io.waybill.deadletters.storage.StoredText.MESSAGE;
import static io.waybill.deadletters.storage.StoredText.NAME;

import io.waybill.deadletters.DeadLetters.DeadLetterFilter;
import io.waybill.deadletters.storage.StoredText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A filter as SQL over {@code waybill.dead_letter d}. Values travel as parameters only. */
record Condition(String sql, Map<String, Object> parameters) {

    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    /** What is not captured yet is nobody's business. */
    private static final String CAPTURED = "d.original_attempt is not null";

    /** As the index says it. */
    private static final String HOLDS_UP =
            "d.in_sequence and d.behind > 0 and d.status not in ('RESOLVED', 'DISCARDED')";

    static Condition of(DeadLetterFilter filter) {
        List<String> terms = new ArrayList<>(List.of(CAPTURED));
        Map<String, Object> parameters = new HashMap<>();
        if (filter.pipeline() != null) {
            terms.add("d.pipeline = :pipeline");
            parameters.put("pipeline", StoredText.of(filter.pipeline(), NAME));
        }
        if (filter.operator() != null) {
            terms.add("d.operator = :operator");
            parameters.put("operator", StoredText.of(filter.operator(), NAME));
        }
        if (filter.errorCode() != null) {
            terms.add("d.error_code = :errorCode");
            parameters.put("errorCode", StoredText.of(filter.errorCode(), NAME));
        }
        if (filter.status() != null) {
            terms.add("d.status = :status");
            parameters.put("status", filter.status().name());
        }
        if (filter.trackingId() != null) {
            terms.add("d.tracking_id = :trackingId");
            parameters.put("trackingId", filter.trackingId().value());
        }
        if (filter.text() != null) {
            boolean uuid = UUID.matcher(filter.text()).matches();
            terms.add("(d.id = :text or d.message_id = :text or d.batch_id = :text or d.label = :text"
                    + (uuid ? " or d.tracking_id = :text::uuid)" : ")"));
            parameters.put("text", StoredText.of(filter.text(), MESSAGE));
        }
        if (filter.holdsUp()) {
            terms.add(HOLDS_UP);
        }
        return new Condition(String.join(" and ", terms), parameters);
    }

    Condition and(String term) {
        return new Condition(sql + " and " + term, parameters);
    }

    Condition after(Cursor cursor) {
        Map<String, Object> more = new HashMap<>(parameters);
        more.put("cursorAt", cursor.at());
        more.put("cursorId", StoredText.of(cursor.id(), MESSAGE));
        return new Condition(sql + " and (d.first_failed_at, d.id) < (:cursorAt, :cursorId)", more);
    }
}
