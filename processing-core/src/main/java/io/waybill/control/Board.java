package io.waybill.control;

import io.waybill.format.LogFormats;
import io.waybill.format.Topics;
import io.waybill.format.v1.PipelineOrder;
import io.waybill.format.v1.ThreadReport;
import io.waybill.log.Log;
import io.waybill.log.LogReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The last order of each pipeline and the last report of each thread, read when somebody looks. One thread at a time. */
final class Board implements AutoCloseable {

    private static final Duration STEP = Duration.ofMillis(100);

    private final Log log;
    private final TopicPartition orderTopic;
    private final TopicPartition reportTopic;
    private final Map<String, PipelineOrder> orders = new TreeMap<>();
    private final Map<String, ThreadReport> reports = new TreeMap<>();
    private @Nullable LogReader reader;

    Board(Log log, Topics topics) {
        this.log = log;
        this.orderTopic = new TopicPartition(topics.pipelines(), 0);
        this.reportTopic = new TopicPartition(topics.threads(), 0);
    }

    /** Reads to the end of both topics. Before an engine created them there is nothing to read. */
    void refresh() {
        try {
            readToTheEnd();
        } catch (OffsetOutOfRangeException forgotten) {
            // Nobody looked for so long that the topic has forgotten what comes next: begin anew.
            close();
            reports.clear();
            readToTheEnd();
        }
    }

    private void readToTheEnd() {
        LogReader open = opened();
        if (open == null) {
            return;
        }
        Set<TopicPartition> both = Set.of(orderTopic, reportTopic);
        Map<TopicPartition, Long> ends = open.highWatermarks(both);
        while (both.stream().anyMatch(topic -> open.position(topic) < ends.getOrDefault(topic, 0L))) {
            open.poll(STEP).forEach(this::read);
        }
    }

    private @Nullable LogReader opened() {
        if (reader == null && bothExist()) {
            LogReader opening = log.reader();
            List<TopicPartition> both = List.of(orderTopic, reportTopic);
            opening.assign(both);
            Map<TopicPartition, Long> beginnings = opening.beginningOffsets(both);
            both.forEach(topic -> opening.seek(topic, beginnings.getOrDefault(topic, 0L)));
            reader = opening;
        }
        return reader;
    }

    private boolean bothExist() {
        return log.admin()
                        .describe(List.of(orderTopic.topic(), reportTopic.topic()))
                        .size()
                == 2;
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        String what = record.topic() + "@" + record.offset();
        if (record.topic().equals(orderTopic.topic()) && record.value() != null) {
            PipelineOrder order = LogFormats.decode(PipelineOrder.parser(), record.value(), what);
            orders.put(order.getPipeline(), order);
        } else if (record.topic().equals(reportTopic.topic())) {
            String thread = new String(record.key(), StandardCharsets.UTF_8);
            if (record.value() == null) {
                reports.remove(thread);
            } else {
                reports.put(thread, LogFormats.decode(ThreadReport.parser(), record.value(), what));
            }
        }
    }

    Set<String> pipelines() {
        Set<String> names = new TreeSet<>(orders.keySet());
        reports.values().forEach(report -> names.add(report.getPipeline()));
        return names;
    }

    @Nullable
    PipelineOrder order(String pipeline) {
        return orders.get(pipeline);
    }

    List<ThreadReport> reports(String pipeline) {
        return reports.values().stream()
                .filter(report -> report.getPipeline().equals(pipeline))
                .toList();
    }

    /** The ends of partitions of any topic, open transactions included. */
    Map<TopicPartition, Long> ends(Set<TopicPartition> partitions) {
        LogReader open = opened();
        return open == null || partitions.isEmpty() ? Map.of() : open.highWatermarks(partitions);
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }
}
