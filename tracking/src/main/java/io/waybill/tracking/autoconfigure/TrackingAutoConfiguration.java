package io.waybill.tracking.autoconfigure;

import io.waybill.audit.autoconfigure.AuditAutoConfiguration;
import io.waybill.audit.autoconfigure.AuditSchema;
import io.waybill.format.Topics;
import io.waybill.log.Log;
import io.waybill.log.LogWriter;
import io.waybill.projection.Projector;
import io.waybill.tracking.FlowQueries;
import io.waybill.tracking.Incidents;
import io.waybill.tracking.projection.IncidentProjection;
import io.waybill.tracking.projection.OutcomeProjection;
import io.waybill.tracking.query.JdbcFlowQueries;
import io.waybill.tracking.query.JdbcFlowResults;
import io.waybill.tracking.query.JdbcIncidents;
import io.waybill.tracking.rest.TrackingRestConfiguration;
import io.waybill.tracking.webhook.WebhookService;
import io.waybill.tracking.webhook.Webhooks;
import java.time.InstantSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Comes late, so that whoever provides the log has been seen, and after the audit log, which its changes are entered in. */
@AutoConfiguration(after = {DataSourceAutoConfiguration.class, AuditAutoConfiguration.class})
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE - 100)
@ConditionalOnBean({AuditSchema.class, Log.class, Topics.class})
@Import(TrackingRestConfiguration.class)
@EnableConfigurationProperties(WebhookProperties.class)
public class TrackingAutoConfiguration {

    /** Requests and senders of one process that wait for results. */
    private static final int MOST_WAITING = 10_000;

    @Bean
    TrackingSchema waybillTrackingSchema(AuditSchema audit) {
        return TrackingSchema.migrated(audit.dataSource());
    }

    @Bean
    TrackingFollower waybillTrackingFollower(TrackingSchema schema, Log log, Topics topics) {
        return new TrackingFollower(
                new Projector("tracking-outcomes", new OutcomeProjection(topics.outcomes(), schema.dataSource()), log),
                new Projector(
                        "tracking-incidents", new IncidentProjection(topics.incidents(), schema.dataSource()), log));
    }

    @Bean
    FlowQueries waybillFlowQueries(TrackingSchema schema, TrackingFollower follower) {
        return new JdbcFlowQueries(JdbcClient.create(schema.dataSource()), follower.outcomes()::lag);
    }

    @Bean
    JdbcFlowResults waybillFlowResults(TrackingSchema schema) {
        return new JdbcFlowResults(JdbcClient.create(schema.dataSource()), MOST_WAITING);
    }

    @Bean
    Webhooks waybillWebhooks(TrackingSchema schema) {
        return new Webhooks(schema.dataSource());
    }

    /** Without targets it does nothing. */
    @Bean
    WebhookService waybillWebhookService(TrackingSchema schema, Log log, Topics topics, WebhookProperties properties) {
        return new WebhookService(properties.all(), properties.options(), topics.results(), schema.dataSource(), log);
    }

    @Bean(defaultCandidate = false)
    LogWriter waybillControlWriter(Log log) {
        return log.writer();
    }

    @Bean
    Incidents waybillIncidents(
            TrackingSchema schema, @Qualifier("waybillControlWriter") LogWriter writer, Topics topics) {
        return new JdbcIncidents(
                JdbcClient.create(schema.dataSource()), writer, topics.control(), InstantSource.system());
    }

    /** Where the application has health at all. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.boot.health.contributor.HealthIndicator")
    static class HealthConfiguration {

        @Bean
        TrackingHealth waybillTrackingHealthIndicator(TrackingFollower follower, WebhookService webhooks) {
            return new TrackingHealth(follower, webhooks);
        }
    }
}
