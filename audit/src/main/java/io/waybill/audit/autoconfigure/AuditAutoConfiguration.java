package io.waybill.audit.autoconfigure;

import io.waybill.audit.AuditQueries;
import io.waybill.audit.chain.AuditChain;
import io.waybill.audit.chain.AuditChainCheck;
import io.waybill.audit.projection.ControlProjection;
import io.waybill.audit.query.JdbcAuditQueries;
import io.waybill.audit.rest.AuditRestConfiguration;
import io.waybill.format.Topics;
import io.waybill.log.Log;
import io.waybill.projection.Projector;
import java.sql.Connection;
import java.util.Objects;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.jdbc.core.JdbcTemplate;

/** Comes late, so that whoever provides the log has been seen; before those who enter something. */
@AutoConfiguration(after = DataSourceAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE - 200)
@ConditionalOnBean({DataSource.class, Log.class, Topics.class})
@Import(AuditRestConfiguration.class)
public class AuditAutoConfiguration {

    @Bean
    AuditSchema waybillAuditSchema(DataSource dataSource) {
        return AuditSchema.migrated(dataSource);
    }

    @Bean
    AuditQueries waybillAuditQueries(AuditSchema schema) {
        return new JdbcAuditQueries(schema.dataSource());
    }

    @Bean
    AuditChainCheck waybillAuditChainCheck(AuditSchema schema) {
        JdbcTemplate jdbc = new JdbcTemplate(schema.dataSource());
        return anchor ->
                Objects.requireNonNull(jdbc.execute((Connection connection) -> AuditChain.verify(connection, anchor)));
    }

    @Bean
    AuditFollower waybillAuditFollower(AuditSchema schema, Log log, Topics topics) {
        return new AuditFollower(
                new Projector("audit-control", new ControlProjection(topics.control(), schema.dataSource()), log));
    }
}
