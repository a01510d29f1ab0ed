package io.waybill.starter.engine;

import io.micrometer.core.instrument.MeterRegistry;
import io.waybill.crew.ThreadCrew;
import io.waybill.crew.VirtualCalls;
import io.waybill.dedup.DuplicateStore;
import io.waybill.engine.Engine;
import io.waybill.engine.Ports;
import io.waybill.engine.Probe;
import io.waybill.format.Topics;
import io.waybill.intake.Intake;
import io.waybill.intake.IntakeLimits;
import io.waybill.intake.LogIntake;
import io.waybill.log.Log;
import io.waybill.pipeline.Pipeline;
import io.waybill.starter.LogAutoConfiguration;
import io.waybill.starter.WaybillProperties;
import io.waybill.store.LocalStores;
import io.waybill.store.rocksdb.RocksDbOptions;
import io.waybill.store.rocksdb.RocksDbStores;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/** Intake and processing threads for the application's pipeline beans. */
@AutoConfiguration(after = LogAutoConfiguration.class)
class EngineAutoConfiguration {

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean(Intake.class)
    LogIntake waybillIntake(Log log, Topics topics, ObjectProvider<Pipeline> pipelines, WaybillProperties waybill) {
        IntakeLimits limits = new IntakeLimits(
                Math.toIntExact(waybill.maxPayloadSize().toBytes()), IntakeLimits.DEFAULT.acknowledgement());
        return new LogIntake(log, topics, pipelines.stream().toList(), limits, Clock.systemUTC());
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean(LocalStores.class)
    @ConditionalOnProperty(name = "waybill.engine.enabled", matchIfMissing = true)
    RocksDbStores waybillStores(WaybillProperties waybill, StateProperties state) {
        return new RocksDbStores(RocksDbOptions.in(waybill.stateFolder())
                .withMemoryBytes(state.memory().toBytes()));
    }

    @Bean
    @ConditionalOnBean(RocksDbStores.class)
    StateMetrics waybillStateMetrics(RocksDbStores stores, ObjectProvider<Pipeline> pipelines) {
        return new StateMetrics(stores, pipelines.stream().map(Pipeline::name).toList());
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnProperty(name = "waybill.engine.enabled", matchIfMissing = true)
    ProcessName waybillProcessName(WaybillProperties waybill) {
        return waybill.instanceId().isEmpty()
                ? ProcessName.in(waybill.stateFolder())
                : ProcessName.of(waybill.instanceId());
    }

    @Bean
    @ConditionalOnProperty(name = "waybill.engine.enabled", matchIfMissing = true)
    PipelineRunner waybillPipelineRunner(
            ListableBeanFactory beans,
            Log log,
            LocalStores stores,
            Topics topics,
            WaybillProperties waybill,
            EngineProperties properties,
            ProcessName process,
            ObjectProvider<Probe> probe,
            ObjectProvider<MeterRegistry> registry) {
        Map<String, Pipeline> pipelines = beans.getBeansOfType(Pipeline.class);
        Probe points = points(probe.getIfAvailable(() -> Probe.NONE), registry.getIfAvailable(), pipelines.values());
        SecureRandom random = new SecureRandom();
        return new PipelineRunner(
                pipelines,
                new Engine(topics, properties.options(waybill.maxPayloadSize())),
                log,
                stop -> new Ports(
                        log,
                        stores,
                        Clock.systemUTC(),
                        random,
                        stop,
                        DuplicateStore::open,
                        points,
                        new ThreadCrew(),
                        new VirtualCalls()),
                properties.threads(),
                process.text());
    }

    private static Probe points(Probe probe, @Nullable MeterRegistry registry, Collection<Pipeline> pipelines) {
        return registry == null
                ? probe
                : new CallMetrics(
                        new TaskMetrics(
                                new RestoreMetrics(
                                        probe,
                                        registry,
                                        pipelines.stream().map(Pipeline::name).toList()),
                                registry),
                        registry);
    }
}
