package io.waybill.deadletters.autoconfigure;

import io.waybill.audit.autoconfigure.AuditAutoConfiguration;
import io.waybill.audit.autoconfigure.AuditSchema;
import io.waybill.deadletters.DeadLetterDesk;
import io.waybill.deadletters.desk.DeskLimits;
import io.waybill.deadletters.desk.DeskSessions;
import io.waybill.deadletters.desk.JpaDeadLetterDesk;
import io.waybill.deadletters.outbox.ReplayOutbox;
import io.waybill.deadletters.projection.DeadLetterProjection;
import io.waybill.deadletters.query.JdbcDeadLetters;
import io.waybill.deadletters.rest.DeadLetterRestConfiguration;
import io.waybill.format.Topics;
import io.waybill.log.Log;
import io.waybill.projection.Projector;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;

/** Comes late, so that whoever provides the log has been seen, and after the audit log, which its changes are entered in. */
@AutoConfiguration(after = {DataSourceAutoConfiguration.class, AuditAutoConfiguration.class})
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE - 100)
@ConditionalOnBean({AuditSchema.class, Log.class, Topics.class})
@EnableConfigurationProperties(DeadLetterProperties.class)
@Import(DeadLetterRestConfiguration.class)
class DeadLetterAutoConfiguration {

    @Bean
    DeadLetterSchema waybillDeadLetterSchema(AuditSchema audit) {
        return DeadLetterSchema.migrated(audit.dataSource());
    }

    @Bean
    DeskLimits waybillDeskLimits(DeadLetterProperties properties) {
        return new DeskLimits(
                properties.maxPayloadSize().toBytes(), properties.deadLetters().maxRevisions());
    }

    @Bean
    JdbcDeadLetters waybillDeadLetters(DeadLetterSchema schema) {
        return new JdbcDeadLetters(schema.dataSource());
    }

    @Bean
    DeskSessions waybillDeskSessions(DeadLetterSchema schema) {
        return new DeskSessions(schema.dataSource());
    }

    @Bean
    DeadLetterDesk waybillDeadLetterDesk(
            DeskSessions sessions, JdbcDeadLetters deadLetters, DeskLimits limits, ReplayOutbox outbox) {
        return new JpaDeadLetterDesk(sessions, deadLetters, limits, InstantSource.system(), outbox::wake);
    }

    @Bean
    ReplayOutbox waybillReplayOutbox(DeadLetterSchema schema, Log log, Topics topics) {
        return new ReplayOutbox(schema.dataSource(), log, topics);
    }

    @Bean(destroyMethod = "")
    Projector waybillDeadLetterProjector(DeadLetterSchema schema, Log log, Topics topics) {
        return new Projector("dead-letters", new DeadLetterProjection(schema.dataSource(), topics), log);
    }

    @Bean
    DeadLetterFollower waybillDeadLetterFollower(Projector waybillDeadLetterProjector) {
        return new DeadLetterFollower(waybillDeadLetterProjector);
    }
}
