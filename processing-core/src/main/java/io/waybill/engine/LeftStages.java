package io.waybill.engine;

import io.waybill.format.Topics;
import io.waybill.log.LogAdmin;
import io.waybill.log.LogAdmin.TopicDescription;
import io.waybill.log.LogReader;
import io.waybill.pipeline.Pipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stages that an earlier version of a pipeline had and this one has not, since a {@code keyBy} or a staged sink was removed or renamed.
 * Nobody reads their topics any more, so they must hold nothing that waits (I7): that is looked at when the pipeline starts.
 */
final class LeftStages {

    private static final Logger LOG = LoggerFactory.getLogger(LeftStages.class);
    private static final String CHANGELOG = ".changelog";

    private final LogAdmin admin;
    private final Supplier<LogReader> readers;
    private final Topics topics;

    LeftStages(LogAdmin admin, Supplier<LogReader> readers, Topics topics) {
        this.admin = admin;
        this.readers = readers;
        this.topics = topics;
    }

    /** @return what must be done before this version can start; empty where nothing is left behind */
    List<String> problems(Pipeline pipeline, Set<String> stages) {
        List<String> problems = new ArrayList<>();
        for (String stage : left(pipeline.name(), stages)) {
            String input = topics.stage(pipeline.name(), stage);
            String staged = topics.staged(pipeline.name(), stage);
            String changelog = topics.changelog(pipeline.name(), stage);
            Map<String, TopicDescription> found = admin.describe(List.of(input, staged, changelog));
            try (LogReader reader = readers.get()) {
                List<String> kept = new LeftStage(
                                stage, reader, found.getOrDefault(input, found.get(staged)), found.get(changelog))
                        .whatWaits(pipeline.stateChanges());
                problems.addAll(kept);
                if (kept.isEmpty()) {
                    LOG.info(
                            "stage '{}' of an earlier version of pipeline '{}' is empty: its topics can be deleted",
                            stage,
                            pipeline.name());
                }
            }
        }
        return problems;
    }

    private Set<String> left(String pipeline, Set<String> stages) {
        String prefix = topics.group(pipeline) + ".";
        Set<String> left = new TreeSet<>();
        for (String topic : admin.names(prefix)) {
            if (topic.endsWith(CHANGELOG)) {
                left.add(topic.substring(prefix.length(), topic.length() - CHANGELOG.length()));
            }
        }
        left.removeAll(stages);
        return left;
    }
}
