package io.waybill.starter.engine;

import io.waybill.engine.Engine;
import io.waybill.engine.Ports;
import io.waybill.log.Log;
import io.waybill.pipeline.InvalidPipelineException;
import io.waybill.pipeline.Pipeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the processing threads of every pipeline bean and stops them when the application ends. A pipeline that does
 * not fit stops the start.
 */
final class PipelineRunner implements SmartLifecycle {

    /** Before whatever follows the log: those need its topics. */
    static final int PHASE = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(PipelineRunner.class);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final Map<String, Pipeline> pipelines;
    private final Engine engine;
    private final Log log;
    private final Function<Ports.StopSignal, Ports> ports;
    private final int threadsPerPipeline;
    private final String process;
    private final List<Thread> threads = new ArrayList<>();
    private LatchStopSignal stop = new LatchStopSignal();
    private volatile boolean running;

    /**
     * @param pipelines by bean name
     * @param process tells this process from others in transactional ids and incidents
     */
    PipelineRunner(
            Map<String, Pipeline> pipelines,
            Engine engine,
            Log log,
            Function<Ports.StopSignal, Ports> ports,
            int threadsPerPipeline,
            String process) {
        this.pipelines = Map.copyOf(pipelines);
        this.engine = engine;
        this.log = log;
        this.ports = ports;
        this.threadsPerPipeline = threadsPerPipeline;
        this.process = process;
    }

    @Override
    public void start() {
        refuseSameNames();
        stop = new LatchStopSignal();
        List<Engine.Prepared> prepared = new ArrayList<>();
        pipelines.forEach((bean, pipeline) -> prepared.add(prepare(bean, pipeline)));
        for (Engine.Prepared pipeline : prepared) {
            for (int i = 0; i < threadsPerPipeline; i++) {
                String name = process + "-" + i;
                Thread thread = Thread.ofPlatform()
                        .name("waybill-" + pipeline.pipeline().name() + "-" + name)
                        .uncaughtExceptionHandler(
                                (t, error) -> LOG.error("processing thread {} died", t.getName(), error))
                        .start(pipeline.thread(ports.apply(stop), name));
                threads.add(thread);
            }
        }
        running = true;
    }

    private Engine.Prepared prepare(String bean, Pipeline pipeline) {
        try {
            return engine.prepare(pipeline, log);
        } catch (InvalidPipelineException e) {
            throw new BeanCreationException(bean, String.valueOf(e.getMessage()), e);
        }
    }

    private void refuseSameNames() {
        Set<String> names = new TreeSet<>();
        pipelines.forEach((bean, pipeline) -> {
            if (!names.add(pipeline.name())) {
                InvalidPipelineException same = InvalidPipelineException.of(
                        pipeline.name(), List.of("another bean declares a pipeline of this name: give each its own"));
                throw new BeanCreationException(bean, String.valueOf(same.getMessage()), same);
            }
        });
    }

    @Override
    public void stop() {
        stop.request();
        for (Thread thread : threads) {
            join(thread);
        }
        threads.clear();
        running = false;
    }

    private static void join(Thread thread) {
        try {
            if (!thread.join(STOP_PATIENCE)) {
                LOG.warn("{} does not end; its tasks recover from the commit record", thread.getName());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
