package io.waybill.starter.pipelines;

import io.waybill.control.LogPipelines;
import io.waybill.control.Pipelines;
import io.waybill.format.Topics;
import io.waybill.log.Log;
import io.waybill.starter.LogAutoConfiguration;
import java.time.InstantSource;
import java.util.UUID;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Needs the log alone: a pipeline can be paused while the database is away. */
@AutoConfiguration(after = LogAutoConfiguration.class)
@ConditionalOnBean({Log.class, Topics.class})
class PipelinesAutoConfiguration {

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean(Pipelines.class)
    LogPipelines waybillPipelines(Log log, Topics topics) {
        return new LogPipelines(
                log, topics, InstantSource.system(), () -> UUID.randomUUID().toString());
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    @Import({PipelineController.class, PipelineProblems.class})
    static class RestConfiguration {}
}
