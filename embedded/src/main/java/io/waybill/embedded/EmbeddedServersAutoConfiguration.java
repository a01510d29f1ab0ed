package io.waybill.embedded;

import java.util.List;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Puts the embedded servers where Boot looks for addresses, so that all else is ordinary Spring. */
@AutoConfiguration(before = {KafkaAutoConfiguration.class, DataSourceAutoConfiguration.class})
@ConditionalOnProperty(name = "waybill.embedded.enabled", havingValue = "true")
class EmbeddedServersAutoConfiguration {

    /** Made before every other bean: so it starts while Spring works, and is closed when all others are. */
    @Bean
    static BeanFactoryPostProcessor embeddedServersFirst() {
        return beans -> beans.getBean(EmbeddedServers.class);
    }

    @Bean
    static EmbeddedServers embeddedServers(Environment environment) {
        return EmbeddedServers.start(
                Binder.get(environment).bindOrCreate("waybill.embedded", EmbeddedProperties.class));
    }

    @Bean
    KafkaConnectionDetails embeddedKafkaConnectionDetails(EmbeddedServers servers) {
        return () -> List.of(servers.kafka().bootstrapServers());
    }

    @Bean
    JdbcConnectionDetails embeddedPostgresConnectionDetails(EmbeddedServers servers) {
        return new JdbcConnectionDetails() {
            @Override
            public String getUsername() {
                return servers.postgres().username();
            }

            @Override
            public String getPassword() {
                return servers.postgres().password();
            }

            @Override
            public String getJdbcUrl() {
                return servers.postgres().jdbcUrl();
            }
        };
    }
}
