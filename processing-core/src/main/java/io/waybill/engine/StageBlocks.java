package io.waybill.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.CheckpointId;
import io.waybill.format.v1.FlowEnd;
import io.waybill.format.v1.FlowUpdate;
import io.waybill.format.v1.FlowUpdates;
import io.waybill.format.v1.ReplayCommand;
import io.waybill.format.v1.Verdict;
import io.waybill.log.LogAdmin.TopicDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What the tasks of one stage say in one checkpoint, packed: it costs bytes, not records. */
final class StageBlocks {

    private final StagePlan plan;
    private final CheckpointId checkpoint;
    private final Packed<Saying> outcomes;
    private final Packed<Saying> results;
    private final Map<String, Packed<FlowUpdate>> flowUpdates = new TreeMap<>();
    private final Packed<FlowEnd> flowEnds = Packed.ofMessages(this::flowEnds);
    private final Packed<ClaimEntry> claims;
    private final Packed<Verdict> verdicts;

    StageBlocks(StagePlan plan, CheckpointId checkpoint) {
        this.plan = plan;
        this.checkpoint = checkpoint;
        this.outcomes = new Packed<>(() -> new OutcomeEntries(plan, checkpoint));
        this.results = new Packed<>(() -> new ResultEntries(plan));
        this.claims = new Packed<>(() -> new ClaimEntries(plan.claims(), checkpoint));
        this.verdicts = new Packed<>(() -> new VerdictEntries(plan.shared().sourceReplays()));
    }

    void add(Effects effects) {
        SmoothFlow smooth = SmoothFlow.of(effects.facts());
        if (smooth != null) {
            outcomes.add(smooth.flow().partition(plan.shared().outcomes()), smooth);
            results.add(smooth.flow().partition(plan.shared().results()), smooth);
        } else {
            effects.facts().forEach(this::add);
        }
        for (FlowUpdate update : effects.flowUpdates()) {
            TopicDescription completion = plan.completion();
            int partition = TrackingId.of(update.getTrackingId()).partition(completion.partitions());
            flowUpdates(completion.name()).add(partition, update);
        }
        for (Effects.Report report : effects.reports()) {
            flowUpdates(report.topic()).add(report.partition(), report.update());
        }
        for (Effects.FlowEnded ended : effects.flowEnds()) {
            flowEnds.add(ended.sourcePartition(), ended.end());
        }
        for (ClaimEntry entry : effects.claims()) {
            claims.add(ClaimEntries.partition(entry.messageId(), plan.claims()), entry);
        }
        for (Effects.Judged judged : effects.verdicts()) {
            verdicts.add(judged.sourcePartition(), judged.verdict());
        }
    }

    private void add(Fact fact) {
        outcomes.add(fact.flow().partition(plan.shared().outcomes()), fact);
        if (fact instanceof Fact.Ended || fact instanceof Fact.Succeeded) {
            results.add(fact.flow().partition(plan.shared().results()), fact);
        }
    }

    List<ProducerRecord<byte[], byte[]>> drain() {
        List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>(outcomes.drain());
        all.addAll(results.drain());
        flowUpdates.values().forEach(of -> all.addAll(of.drain()));
        all.addAll(flowEnds.drain());
        all.addAll(claims.drain());
        all.addAll(verdicts.drain());
        return all;
    }

    /** @param topic the pipeline's own, or that of one in which its flows were before */
    private Packed<FlowUpdate> flowUpdates(String topic) {
        return flowUpdates.computeIfAbsent(
                topic, to -> Packed.ofMessages((partition, chunk, updates) -> flowUpdates(to, partition, updates)));
    }

    private ProducerRecord<byte[], byte[]> flowUpdates(String topic, int partition, List<FlowUpdate> updates) {
        FlowUpdates block = FlowUpdates.newBuilder()
                .setCheckpoint(checkpoint)
                .addAllUpdates(updates)
                .build();
        return new ProducerRecord<>(topic, partition, null, LogFormats.encode(block));
    }

    private ProducerRecord<byte[], byte[]> flowEnds(int partition, int chunk, List<FlowEnd> ends) {
        ReplayCommand command = ReplayCommand.newBuilder()
                .setAction(ReplayCommand.Action.RELEASE)
                .addAllEnded(ends)
                .build();
        return new ProducerRecord<>(plan.shared().sourceReplays().name(), partition, null, LogFormats.encode(command));
    }
}
