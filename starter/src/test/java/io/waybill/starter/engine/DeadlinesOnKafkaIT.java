package io.waybill.starter.engine;

import static io.waybill.starter.engine.PipelineOnKafka.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.waybill.engine.EngineOptions;
import io.waybill.format.LogFormats;
import io.waybill.format.OutcomeBlocks;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.Incident;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.OutcomeBlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A flow waits for a part of it on a real broker and RocksDB, and the process that watches its deadline is killed meanwhile. */
class DeadlinesOnKafkaIT {

    private static final int OTHERS = 200;

    @TempDir
    private Path folder;

    private Path away;
    private PipelineOnKafka pipeline;

    @BeforeEach
    void start() throws IOException {
        away = Files.createFile(folder.resolve("away"));
        pipeline = new PipelineOnKafka(folder, "due", 1);
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    @Test
    void a_flow_is_overdue_when_its_deadline_is_over_whoever_died_meanwhile_and_says_which_part_is_missing()
            throws Exception {
        Process process = pipeline.launch(DueInstance.class, "one", away.toString());
        pipeline.send("a", "x,y," + DueInstance.SLOW);
        for (int i = 0; i < OTHERS; i++) {
            pipeline.send("b", "other " + i);
        }
        until(() -> pipeline.outputs().size() == OTHERS + 2);
        process.destroyForcibly().waitFor();
        assertThat(overdue()).isEmpty();

        // Its stores are empty: what is due is read from the changelog.
        Process another = pipeline.launch(DueInstance.class, "another", away.toString());
        until(() -> overdue().size() == 1);
        Outcome late = overdue().getFirst();
        assertThat(late.getAtMs()).isGreaterThanOrEqualTo(late.getOverdue().getDueMs());
        assertThat(late.getOverdue().getDueMs() - late.getOverdue().getBegunAtMs())
                .isEqualTo(DueInstance.DEADLINE.toMillis());
        until(() -> incidents().values().stream().anyMatch(Incident::getOpen));
        Incident incident = incidents().values().iterator().next();
        assertThat(incident.getKind()).isEqualTo(Incident.Kind.FLOW_OVERDUE);
        assertThat(incident.getDetail())
                .contains(TrackingId.of(late.getTrackingId()).toString(), "waits for part 3 in stage 'second'");

        another.destroyForcibly().waitFor();
        Files.delete(away);
        pipeline.launch(DueInstance.class, "third", away.toString());
        until(() -> results(late.getTrackingId()) == 1
                && incidents().values().stream().noneMatch(Incident::getOpen));
        assertThat(overdue()).containsExactly(late);
        assertThat(pipeline.outputs()).hasSize(OTHERS + 3);
    }

    private List<Outcome> outcomes() {
        return pipeline.read(pipeline.prefix() + ".outcomes", EngineOptions.DEFAULTS.outcomePartitions()).stream()
                .map(value -> LogFormats.decode(OutcomeBlock.parser(), value, "outcomes"))
                .flatMap(block -> OutcomeBlocks.outcomes(block, "outcomes").stream())
                .toList();
    }

    private List<Outcome> overdue() {
        return outcomes().stream().filter(Outcome::hasOverdue).toList();
    }

    private long results(ByteString flow) {
        return outcomes().stream()
                .filter(outcome ->
                        outcome.hasResult() && outcome.getTrackingId().equals(flow))
                .count();
    }

    /** As they are now, by their ids. */
    private Map<String, Incident> incidents() {
        Map<String, Incident> last = new LinkedHashMap<>();
        for (byte[] value : pipeline.read(pipeline.prefix() + ".incidents", 1)) {
            Incident incident = LogFormats.decode(Incident.parser(), value, "incident");
            last.put(incident.getId(), incident);
        }
        return last;
    }
}
