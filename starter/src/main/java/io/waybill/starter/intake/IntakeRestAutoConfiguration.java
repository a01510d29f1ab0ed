package io.waybill.starter.intake;

import io.waybill.intake.Intake;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Intake by REST, wherever there is an intake and a servlet web server. */
@AutoConfiguration(afterName = "io.waybill.starter.engine.EngineAutoConfiguration")
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBean(Intake.class)
@EnableConfigurationProperties(IntakeProperties.class)
class IntakeRestAutoConfiguration {

    @Bean
    IntakeController waybillIntakeController(Intake intake, IntakeProperties properties) {
        properties.checkAgainst(intake.maxPayloadBytes());
        return new IntakeController(
                intake, new PayloadRoom(properties.maxBuffered().toBytes(), properties.patience()));
    }

    @Bean
    IntakeProblems waybillIntakeProblems(Intake intake) {
        return new IntakeProblems(intake);
    }
}
