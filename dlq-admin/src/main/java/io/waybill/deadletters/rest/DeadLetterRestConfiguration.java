package io.waybill.deadletters.rest;

import io.waybill.deadletters.DeadLetterDesk;
import io.waybill.deadletters.desk.DeskLimits;
import io.waybill.deadletters.query.JdbcDeadLetters;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The endpoints, where the application serves the web. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
public class DeadLetterRestConfiguration {

    @Bean
    DeadLetterController waybillDeadLetterController(JdbcDeadLetters deadLetters, DeadLetterDesk desk) {
        return new DeadLetterController(deadLetters, desk);
    }

    @Bean
    ReplayController waybillReplayController(DeadLetterDesk desk) {
        return new ReplayController(desk);
    }

    @Bean
    Problems waybillDeadLetterProblems() {
        return new Problems();
    }

    @Bean
    BoundedBodies waybillDeadLetterBodies(DeskLimits limits) {
        return new BoundedBodies(limits.maxPayloadBytes());
    }
}
