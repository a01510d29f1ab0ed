package io.waybill.starter.engine;

import static io.waybill.starter.engine.PipelineOnKafka.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.format.v1.Captured;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.DeadLetterEvent.EventCase;
import io.waybill.format.v1.ReplayCommand.Action;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What people make of dead letters in sequence, on a real broker and RocksDB: right after an order the process is
 * killed, whether it has obeyed by then or not, and the next one has an empty disk. What comes out of the key is told from what was sent.
 */
class SequenceOnKafkaIT {

    private static final String FIRST = "of another key";
    private static final String BEHIND = "BEHIND_DEAD_LETTER";

    @TempDir
    private Path folder;

    private final List<String> sent = new ArrayList<>();
    private Path away;
    private PipelineOnKafka pipeline;
    private Process process;
    private int processes;

    @BeforeEach
    void start() throws IOException {
        away = Files.createFile(folder.resolve("away"));
        pipeline = new PipelineOnKafka(folder, "sequence", 1);
        launch();
        // When that is through, its topics are there.
        pipeline.send("b", FIRST);
        until(() -> pipeline.outputs().contains(FIRST));
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    private void launch() throws IOException {
        process = pipeline.launch(
                WaitingInstance.class, "stores-" + processes++, away.toString(), WaitingInstance.IN_SEQUENCE);
    }

    private void killed() throws Exception {
        process.destroyForcibly().waitFor();
        launch();
    }

    private void send(String value) {
        pipeline.send("a", value);
        sent.add(value);
    }

    private List<DeadLetterEvent> events(EventCase kind) {
        return pipeline.deadLetters().stream()
                .filter(event -> event.getEventCase() == kind)
                .sorted(Comparator.comparingLong(
                        event -> event.getCaptured().getSource().getNextOffset()))
                .toList();
    }

    /** In the order in which their messages were sent. */
    private List<DeadLetterEvent> awaitCaptured(int dead) {
        until(() -> events(EventCase.CAPTURED).size() == dead);
        return events(EventCase.CAPTURED);
    }

    /** Of the key. */
    private List<String> outputs() {
        return pipeline.outputs().stream()
                .filter(output -> !output.equals(FIRST))
                .toList();
    }

    private void awaitOutputs(List<String> expected) {
        until(() -> outputs().size() >= expected.size());
        assertThat(outputs()).containsExactlyElementsOf(expected);
    }

    @Test
    void one_that_is_skipped_and_one_that_is_let_go_free_those_behind_them_once_and_in_order() throws Exception {
        send("slow 1");
        send("a 2");
        send("slow 3");
        send("a 4");
        DeadLetterEvent skipped = awaitCaptured(1).getFirst();
        pipeline.decide(skipped, Action.DISCARD);
        killed();

        DeadLetterEvent freed = awaitCaptured(2).getLast();
        assertThat(freed.getCaptured().getPayload().toStringUtf8()).isEqualTo("slow 3");
        awaitOutputs(List.of("a 2"));
        pipeline.decide(freed, Action.LET_GO);
        send("a 5");
        killed();

        awaitOutputs(List.of("a 2", "a 4", "a 5"));
        assertThat(events(EventCase.DISCARDED)).hasSize(1);
        DeadLetterEvent letGo = events(EventCase.LET_GO).getFirst();
        assertThat(letGo.getDeadLetterId()).isEqualTo(freed.getDeadLetterId());

        // It is still open, and out of their order from now on.
        Files.delete(away);
        pipeline.replay(freed.toBuilder().setAttempt(letGo.getAttempt()).build(), "slow 3");
        send("a 6");
        until(() -> outputs().size() == 5);
        assertThat(outputs()).startsWith("a 2", "a 4", "a 5").contains("slow 3", "a 6");
        assertThat(events(EventCase.RESOLVED)).hasSize(1);
        assertThat(events(EventCase.LET_GO)).hasSize(1);
    }

    @Test
    void what_is_too_much_to_wait_is_replayed_in_order_over_kills() throws Exception {
        send("slow 1");
        awaitCaptured(1);
        for (int i = 2; i <= WaitingInstance.MAX_WAITING_OF_KEY + 3; i++) {
            send("a " + i);
        }
        List<DeadLetterEvent> dead = awaitCaptured(4);
        assertThat(dead)
                .extracting(event -> event.getCaptured().getErrorCode())
                .containsExactly("IllegalStateException", BEHIND, BEHIND, BEHIND);

        pipeline.replay(dead.getLast(), payload(dead.getLast()));
        until(() -> events(EventCase.REFUSED).size() == 1);
        assertThat(events(EventCase.REFUSED).getFirst().getRefused().getReason())
                .contains(dead.getFirst().getDeadLetterId());
        assertThat(outputs()).isEmpty();

        Files.delete(away);
        int before = 0;
        for (DeadLetterEvent each : dead) {
            boolean isHead = before == 0;
            pipeline.replay(each, payload(each));
            if (isHead) {
                killed();
            }
            int resolved = ++before;
            until(() -> events(EventCase.RESOLVED).size() == resolved);
            int upTo = sent.indexOf(payload(each)) + 1;
            until(() -> outputs().size() >= upTo);
            List<String> actual = outputs();
            assertThat(actual).isEqualTo(sent.subList(0, actual.size()));
            // Those that wait behind it are next, and the one after them only then.
            int behind = isHead ? WaitingInstance.MAX_WAITING_OF_KEY : upTo;
            until(() -> outputs().size() >= behind);
        }
        send("a 8");
        awaitOutputs(sent);
        assertThat(events(EventCase.CAPTURED)).hasSize(4);
    }

    private static String payload(DeadLetterEvent event) {
        Captured captured = event.getCaptured();
        return captured.getPayload().toStringUtf8();
    }
}
