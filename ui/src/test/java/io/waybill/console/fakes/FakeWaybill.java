package io.waybill.console.fakes;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application whose read models and services are fakes. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class FakeWaybill {

    @Bean
    FakeFlows flows() {
        return new FakeFlows();
    }

    @Bean
    FakeIncidents incidents() {
        return new FakeIncidents();
    }

    @Bean
    FakeDeadLetters deadLetters() {
        return new FakeDeadLetters();
    }

    @Bean
    FakePipelines pipelines() {
        return new FakePipelines();
    }

    @Bean
    FakeAudit audit() {
        return new FakeAudit();
    }

    @Bean
    FakeIntake intake() {
        return new FakeIntake();
    }
}
