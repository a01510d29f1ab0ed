package io.waybill.engine;

import io.waybill.format.Topics;
import io.waybill.log.Log;
import io.waybill.log.LogAdmin;
import io.waybill.log.LogAdmin.TopicDescription;
import io.waybill.log.LogAdmin.TopicSpec;
import io.waybill.pipeline.InvalidPipelineException;
import io.waybill.pipeline.Operator;
import io.waybill.pipeline.Pipeline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** Finds a pipeline's topics and creates Waybill's own; whatever does not fit stops the start. */
final class TopicSetup {

    private static final Map<String, String> KEPT = Map.of("cleanup.policy", "delete", "retention.ms", "-1");
    /** A local store that returns within half of this cannot resurrect keys whose tombstones are gone. */
    private static final Map<String, String> COMPACTED =
            Map.of("cleanup.policy", "compact", "delete.retention.ms", "5184000000");
    /** Threads repeat what they say; what nobody has repeated for a week is of a thread that is gone. */
    private static final Map<String, String> RECENT =
            Map.of("cleanup.policy", "compact,delete", "retention.ms", "604800000");

    /** Read from its beginning at each start, so it is kept short. */
    private static final Map<String, String> NOTES =
            Map.of("cleanup.policy", "compact", "segment.bytes", "16777216", "min.cleanable.dirty.ratio", "0.1");

    /** Each of its records is followed by a tombstone a moment later: whoever reads on has seen both within an hour. */
    static final Map<String, String> SHORT_LIVED = Map.of(
            "cleanup.policy", "compact",
            "delete.retention.ms", "3600000",
            "segment.ms", "600000",
            "min.cleanable.dirty.ratio", "0.1");

    private final Log log;
    private final LogAdmin admin;
    private final Topics topics;
    private final EngineOptions options;

    TopicSetup(Log log, Topics topics, EngineOptions options) {
        this.log = log;
        this.admin = log.admin();
        this.topics = topics;
        this.options = options;
    }

    /** @throws InvalidPipelineException naming every topic that is missing or does not fit */
    PipelinePlan prepare(Pipeline pipeline) {
        List<String> problems = new ArrayList<>();
        Map<String, TopicDescription> users = describeUsers(pipeline, problems);
        TopicDescription input = users.get(pipeline.source().topic());
        if (input == null) {
            throw InvalidPipelineException.of(pipeline.name(), problems);
        }
        if (input.maxMessageBytes() > options.maxRecordBytes()) {
            problems.add(("source topic '%s' takes records of %d bytes, but waybill.max-payload-size and the"
                            + " envelope are %d: raise it, or lower the topic's max.message.bytes")
                    .formatted(input.name(), input.maxMessageBytes(), options.maxRecordBytes()));
        }
        List<StageCut> cuts = StageCut.of(pipeline, topics, hadCompletion(pipeline));
        problems.addAll(new LeftStages(admin, log::reader, topics)
                .problems(pipeline, cuts.stream().map(StageCut::stage).collect(Collectors.toSet())));
        List<String> forgotten = scopeProblems(pipeline);
        if (!forgotten.isEmpty()) {
            // Topics of the other scope must not come to be: they would say that it was in use.
            problems.addAll(forgotten);
            throw InvalidPipelineException.of(pipeline.name(), problems);
        }
        List<TopicSpec> specs = own(pipeline, cuts, input.partitions());
        admin.create(specs);
        Map<String, TopicDescription> own =
                new HashMap<>(admin.describe(specs.stream().map(TopicSpec::name).toList()));
        specs.forEach(spec -> keeps(described(own, spec.name()), spec, problems));
        for (TopicDescription topic : own.values()) {
            if (topic.maxMessageBytes() < options.maxRecordBytes()) {
                problems.add("topic '%s' takes records of %d bytes, expected at least %d: raise its max.message.bytes"
                        .formatted(topic.name(), topic.maxMessageBytes(), options.maxRecordBytes()));
            }
        }
        own.put(input.name(), input);
        for (StageCut cut : cuts) {
            TopicDescription read = described(own, cut.input());
            samePartitions(read, described(own, topics.changelog(pipeline.name(), cut.stage())), problems);
            samePartitions(read, described(own, topics.replays(pipeline.name(), cut.stage())), problems);
            if (recognisesDuplicates(pipeline, cut)) {
                samePartitions(read, described(own, topics.ids(pipeline.name(), cut.stage())), problems);
            }
        }
        if (!problems.isEmpty()) {
            throw InvalidPipelineException.of(pipeline.name(), problems);
        }
        Map<String, Integer> limits = new HashMap<>();
        users.forEach((name, topic) -> limits.put(name, topic.maxMessageBytes()));
        return new PipelinePlan(
                pipeline, topics, stages(pipeline, cuts, own, users, limits), own.get(topics.checkpoints()));
    }

    /** Flows that are under way become whole there, whatever this version of the pipeline declares. */
    private boolean hadCompletion(Pipeline pipeline) {
        String completion = topics.stage(pipeline.name(), Pipeline.COMPLETION_STAGE);
        return admin.describe(Set.of(completion)).containsKey(completion);
    }

    /** What was seen in one scope is not known in the other: a resend would be taken for new. */
    private List<String> scopeProblems(Pipeline pipeline) {
        boolean global = pipeline.isDeduplicatedGlobally();
        String other = topics.ids(pipeline.name(), global ? Pipeline.SOURCE_STAGE : Pipeline.CLAIMS_STAGE);
        if (!admin.describe(Set.of(other)).containsKey(other)) {
            return List.of();
        }
        return List.of(
                ("DEDUPLICATION_CHANGED: topic '%s' says that the pipeline has recognised duplicates %s, and what it"
                                + " has seen would be forgotten: give it a new name, or keep .%s()")
                        .formatted(other, global ? "key-locally" : "globally", global ? "keyLocal" : "globally"));
    }

    private static Map<String, Uuid> continued(Pipeline pipeline, Map<String, TopicDescription> users) {
        Map<String, Uuid> ids = new HashMap<>();
        for (Operator operator : pipeline.operators()) {
            if (operator instanceof Operator.Sink sink && !sink.sink().readers().isEmpty()) {
                String topic = sink.sink().topic();
                ids.put(topic, described(users, topic).id());
            }
        }
        return Map.copyOf(ids);
    }

    private static Map<String, TopicDescription> staged(List<StageCut> cuts, Map<String, TopicDescription> own) {
        Map<String, TopicDescription> staged = new HashMap<>();
        for (StageCut cut : cuts) {
            if (cut.feed() instanceof Feed.Staged) {
                staged.put(cut.stage(), described(own, cut.input()));
            }
        }
        return Map.copyOf(staged);
    }

    private List<TopicSpec> own(Pipeline pipeline, List<StageCut> cuts, int partitions) {
        List<TopicSpec> specs = new ArrayList<>(List.of(
                spec(topics.outcomes(), options.outcomePartitions(), KEPT),
                spec(topics.deadLetters(), options.outcomePartitions(), KEPT),
                spec(topics.results(), options.outcomePartitions(), KEPT),
                spec(topics.incidents(), 1, COMPACTED),
                spec(topics.control(), 1, KEPT),
                spec(topics.pipelines(), 1, COMPACTED),
                spec(topics.threads(), 1, RECENT),
                spec(topics.owners(pipeline.name(), Pipeline.SOURCE_STAGE), 1, NOTES)));
        if (pipeline.operators().stream().anyMatch(Operator.TwoPhase.class::isInstance)) {
            options.requireRoomToPrepare();
            specs.add(spec(topics.checkpoints(), options.outcomePartitions(), SHORT_LIVED));
        }
        for (StageCut cut : cuts) {
            int tasks = cut.feed() instanceof Feed.FlowChanges ? options.outcomePartitions() : partitions;
            if (!(cut.feed() instanceof Feed.Source)) {
                specs.add(spec(cut.input(), tasks, KEPT));
            }
            specs.add(spec(topics.changelog(pipeline.name(), cut.stage()), tasks, COMPACTED));
            specs.add(spec(topics.replays(pipeline.name(), cut.stage()), tasks, KEPT));
            if (recognisesDuplicates(pipeline, cut)) {
                specs.add(spec(topics.ids(pipeline.name(), cut.stage()), tasks, KEPT));
            }
        }
        return specs;
    }

    /** A topic that somebody else created by another policy would lose what nobody has read. */
    private static void keeps(TopicDescription topic, TopicSpec spec, List<String> problems) {
        for (String config : List.of("cleanup.policy", "retention.ms")) {
            String expected = spec.configs().getOrDefault(config, "");
            String actual = topic.configs().getOrDefault(config, expected);
            if (!expected.isEmpty() && !actual.equals(expected)) {
                problems.add("topic '%s' has %s=%s, expected %s: it would lose records that are needed"
                        .formatted(topic.name(), config, actual, expected));
            }
        }
    }

    private static boolean recognisesDuplicates(Pipeline pipeline, StageCut cut) {
        return pipeline.deduplicate() != null
                && (pipeline.isDeduplicatedGlobally()
                        ? cut.feed() instanceof Feed.Claims
                        : cut.feed() instanceof Feed.Source);
    }

    private List<StagePlan> stages(
            Pipeline pipeline,
            List<StageCut> cuts,
            Map<String, TopicDescription> own,
            Map<String, TopicDescription> users,
            Map<String, Integer> limits) {
        StagePlan.Shared shared = new StagePlan.Shared(
                described(own, topics.outcomes()).partitions(),
                described(own, topics.deadLetters()).partitions(),
                described(own, topics.results()).partitions(),
                own.get(topics.stage(pipeline.name(), Pipeline.COMPLETION_STAGE)),
                described(own, topics.replays(pipeline.name(), Pipeline.SOURCE_STAGE)),
                staged(cuts, own),
                pipeline.isDeduplicatedGlobally()
                        ? own.get(topics.stage(pipeline.name(), Pipeline.CLAIMS_STAGE))
                        : null,
                continued(pipeline, users));
        List<StagePlan> stages = new ArrayList<>();
        for (int i = 0; i < cuts.size(); i++) {
            StageCut cut = cuts.get(i);
            boolean forwards = i + 1 < cuts.size() && cuts.get(i + 1).feed() instanceof Feed.Rekeyed;
            stages.add(new StagePlan(
                    pipeline,
                    cut.stage(),
                    cut.feed(),
                    topics,
                    described(own, cut.input()),
                    described(own, topics.changelog(pipeline.name(), cut.stage())),
                    described(own, topics.replays(pipeline.name(), cut.stage())),
                    own.get(topics.ids(pipeline.name(), cut.stage())),
                    forwards ? described(own, cuts.get(i + 1).input()) : null,
                    shared,
                    new OperatorChain(pipeline, cut, options, limits)));
        }
        return stages;
    }

    private Map<String, TopicDescription> describeUsers(Pipeline pipeline, List<String> problems) {
        Map<String, String> named = new HashMap<>();
        named.put(pipeline.source().topic(), "its source");
        for (Operator operator : pipeline.operators()) {
            if (operator instanceof Operator.Sink sink) {
                named.put(sink.sink().topic(), "operator '" + sink.name() + "'");
            }
        }
        Map<String, TopicDescription> found = admin.describe(named.keySet());
        for (String topic : new TreeSet<>(named.keySet())) {
            if (!found.containsKey(topic)) {
                problems.add("%s names the topic '%s', which does not exist: create it, for example by a NewTopic bean"
                        .formatted(named.get(topic), topic));
            }
        }
        return found;
    }

    private static void samePartitions(TopicDescription input, TopicDescription own, List<String> problems) {
        if (own.partitions() != input.partitions()) {
            problems.add(("PARTITION_COUNT_CHANGED: topic '%s' has %d partitions, but '%s' has %d: keys would be torn"
                            + " apart; give the source its old number, or the pipeline a new name")
                    .formatted(input.name(), input.partitions(), own.name(), own.partitions()));
        }
    }

    private static TopicDescription described(Map<String, TopicDescription> found, String topic) {
        @Nullable TopicDescription description = found.get(topic);
        if (description == null) {
            throw new IllegalStateException("topic '" + topic + "' was created but cannot be described");
        }
        return description;
    }

    private TopicSpec spec(String name, int partitions, Map<String, String> configs) {
        Map<String, String> all = new HashMap<>(configs);
        all.put("max.message.bytes", String.valueOf(options.maxRecordBytes()));
        return new TopicSpec(name, partitions, all);
    }
}
