package io.waybill.testkit.flaw;

import io.waybill.format.LogFormats;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.Continuation;
import io.waybill.format.v1.FlowUpdate;
import io.waybill.format.v1.FlowUpdates;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/** Flaws of what pipelines tell one another of flows that go on. */
final class FlawedReports {

    private final FlawedLog log;
    /** Exclusive or of the edges that began with outputs, by flow, until its next update takes them away. */
    private final Map<TrackingId, Long> edges = new HashMap<>();

    FlawedReports(FlawedLog log) {
        this.log = log;
    }

    ProducerRecord<byte[], byte[]> sent(ProducerRecord<byte[], byte[]> record) {
        if (log.has(Flaw.EDGES_OF_CONTINUATIONS_NOT_COUNTED)) {
            noteEdges(record);
        }
        boolean flawed = log.has(Flaw.EDGES_OF_CONTINUATIONS_NOT_COUNTED) || log.has(Flaw.REPORTS_NOT_SENT);
        if (!flawed || !record.topic().endsWith(".completion")) {
            return record;
        }
        FlowUpdates.Builder changed = LogFormats.decode(FlowUpdates.parser(), record.value(), "updates").toBuilder();
        for (int i = changed.getUpdatesCount() - 1; i >= 0; i--) {
            FlowUpdate update = changed.getUpdates(i);
            if (log.has(Flaw.REPORTS_NOT_SENT) && !update.getBy().isEmpty()) {
                changed.removeUpdates(i);
            } else {
                Long begun = edges.remove(TrackingId.of(update.getTrackingId()));
                changed.setUpdates(i, update.toBuilder().setEdges(update.getEdges() ^ (begun == null ? 0 : begun)));
            }
        }
        return new ProducerRecord<>(
                record.topic(), record.partition(), record.key(), LogFormats.encode(changed.build()));
    }

    private void noteEdges(ProducerRecord<byte[], byte[]> record) {
        Header continuation = record.headers().lastHeader("Waybill-Continuation");
        if (continuation == null) {
            return;
        }
        String flow =
                new String(record.headers().lastHeader("Waybill-Tracking-Id").value(), StandardCharsets.UTF_8);
        for (Continuation.Reader reader : LogFormats.decode(Continuation.parser(), continuation.value(), "header")
                .getReadersList()) {
            edges.merge(TrackingId.parse(flow), reader.getEdgeId(), (a, b) -> a ^ b);
        }
    }
}
