package io.waybill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.waybill.format.Topics;
import io.waybill.log.Log;
import io.waybill.log.LogReader;
import io.waybill.log.LogWriter;
import io.waybill.store.LocalStores.TaskId;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class OwnerNotesTest {

    private static final TaskId TASK = new TaskId("payments", "source", 0);
    private static final UUID LIFE = new UUID(1, 1);
    private static final Evidence THREE_EXITS = evidence(3);
    private static final Evidence FOUR_EXITS = evidence(4);

    private final List<ConsumerRecord<byte[], byte[]>> written = new ArrayList<>();

    private static Evidence evidence(int exits) {
        return new Evidence(0, Map.of(), Map.of("in@7", Map.of(PartPath.ROOT, exits)));
    }

    /** Of one incarnation more. */
    private OwnerNotes notes(UUID life) {
        PipelinePlan plan = mock(PipelinePlan.class, RETURNS_DEEP_STUBS);
        when(plan.topics()).thenReturn(new Topics("waybill"));
        Ports ports = mock(Ports.class, RETURNS_DEEP_STUBS);
        when(ports.clock()).thenReturn(InstantSource.system());
        Log log = mock(Log.class);
        when(ports.log()).thenReturn(log);
        LogWriter writer = mock(LogWriter.class);
        when(writer.send(any())).thenAnswer(call -> {
            ProducerRecord<byte[], byte[]> sent = call.getArgument(0);
            written.add(new ConsumerRecord<>(sent.topic(), 0, written.size(), sent.key(), sent.value()));
            return new CompletableFuture<>();
        });
        when(log.writer()).thenReturn(writer);
        LogReader reader = reader();
        when(log.reader()).thenReturn(reader);
        return new OwnerNotes(plan, EngineOptions.DEFAULTS, ports, life);
    }

    private static void note(OwnerNotes notes, Evidence evidence) {
        var unused = notes.write(TASK, evidence, Mark.NOTHING);
    }

    private LogReader reader() {
        LogReader reader = mock(LogReader.class);
        int[] position = new int[1];
        when(reader.beginningOffsets(any())).thenReturn(Map.of());
        when(reader.highWatermarks(any())).thenAnswer(call -> {
            Set<TopicPartition> partitions = call.getArgument(0);
            return Map.of(partitions.iterator().next(), (long) written.size());
        });
        when(reader.position(any())).thenAnswer(call -> (long) position[0]);
        when(reader.poll(any())).thenAnswer(call -> {
            List<ConsumerRecord<byte[], byte[]>> next = List.copyOf(written.subList(position[0], written.size()));
            position[0] = written.size();
            return next;
        });
        return reader;
    }

    @Test
    void an_incarnation_goes_by_what_the_one_before_it_in_its_life_noted_last() {
        OwnerNotes first = notes(LIFE);
        note(first, THREE_EXITS);
        note(first, FOUR_EXITS);
        first.leave(TASK, FOUR_EXITS);

        OwnerNotes second = notes(LIFE);
        second.refresh();

        assertThat(second.about(TASK).againstOne("in@7", PartPath.ROOT)).isEqualTo(4);
    }

    @Test
    void what_the_incarnation_before_it_has_removed_is_gone() {
        OwnerNotes first = notes(LIFE);
        note(first, FOUR_EXITS);
        first.leave(TASK, Evidence.NONE);

        OwnerNotes second = notes(LIFE);
        second.refresh();

        assertThat(second.about(TASK).isNone()).isTrue();
        first.refresh();
        assertThat(first.about(TASK).isNone()).isTrue();
    }
}
