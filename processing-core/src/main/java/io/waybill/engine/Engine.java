package io.waybill.engine;

import io.waybill.format.Topics;
import io.waybill.log.Log;
import io.waybill.pipeline.InvalidPipelineException;
import io.waybill.pipeline.Pipeline;

/**
 * Where a pipeline becomes something that runs. One for each process: its threads learn from it what may run at the same
 * time. The caller owns the threads: it runs each {@link ProcessingThread} on
 * one of its own, in any number of processes.
 */
public final class Engine {

    private final Topics topics;
    private final EngineOptions options;
    private final Isolation isolation = new Isolation();

    public Engine(Topics topics, EngineOptions options) {
        this.topics = topics;
        this.options = options;
    }

    /**
     * Checks the cluster, the pipeline's topics and what an earlier version of it has left there, and creates Waybill's
     * own.
     *
     * @throws ClusterTooOldException where its transactions are weaker than the options accept
     * @throws InvalidPipelineException naming every topic that is missing or does not fit
     */
    public Prepared prepare(Pipeline pipeline, Log log) {
        new ClusterCheck(log.admin(), options).check(topics.group(pipeline.name()));
        return new Prepared(new TopicSetup(log, topics, options).prepare(pipeline), options, isolation);
    }

    /** A pipeline whose topics are there. */
    public static final class Prepared {

        private final PipelinePlan plan;
        private final EngineOptions options;
        private final Isolation isolation;

        private Prepared(PipelinePlan plan, EngineOptions options, Isolation isolation) {
            this.plan = plan;
            this.options = options;
            this.isolation = isolation;
        }

        /** The same as another process would have it. */
        public Prepared inAnotherProcess() {
            return new Prepared(plan, options, new Isolation());
        }

        /** @param name of the thread, unique in the process; part of its transactional ids */
        public ProcessingThread thread(Ports ports, String name) {
            return new ProcessingThread(plan, options, ports, name, isolation);
        }

        public Pipeline pipeline() {
            return plan.pipeline();
        }
    }
}
