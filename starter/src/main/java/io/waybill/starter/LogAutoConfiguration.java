package io.waybill.starter;

import io.waybill.engine.EngineOptions;
import io.waybill.format.Topics;
import io.waybill.log.Log;
import io.waybill.log.kafka.KafkaLog;
import io.waybill.log.kafka.KafkaLogOptions;
import io.waybill.starter.engine.EngineProperties;
import io.waybill.starter.engine.StateProperties;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;

/** The log and the names of its topics, from Spring's ordinary Kafka connection. */
@AutoConfiguration(after = KafkaAutoConfiguration.class)
@EnableConfigurationProperties({WaybillProperties.class, EngineProperties.class, StateProperties.class})
public class LogAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    Topics waybillTopics(WaybillProperties properties) {
        return new Topics(properties.topicPrefix());
    }

    @Bean
    @ConditionalOnMissingBean(Log.class)
    KafkaLog waybillLog(
            KafkaConnectionDetails connection,
            KafkaProperties kafka,
            WaybillProperties waybill,
            EngineProperties engine) {
        KafkaLogOptions options = KafkaLogOptions.of(String.join(",", connection.getBootstrapServers()))
                .withClientProperties(security(kafka))
                .withMaxRequestBytes(
                        Math.toIntExact(waybill.maxPayloadSize().toBytes()) + 2 * EngineOptions.ENVELOPE_BYTES)
                .withGroupProtocol(waybill.groupProtocol())
                .withStayOnClose(waybill.onStop() == WaybillProperties.OnStop.KEEP)
                .withSessionTimeout(engine.sessionTimeout());
        return new KafkaLog(
                waybill.instanceId().isEmpty() ? options : options.withGroupInstanceId(waybill.instanceId()));
    }

    /** What reaches the cluster: security and the team's own client properties. */
    private static Map<String, String> security(KafkaProperties kafka) {
        Map<String, String> properties = new HashMap<>(kafka.getProperties());
        kafka.getSecurity().buildProperties().forEach((name, value) -> properties.put(name, String.valueOf(value)));
        kafka.getSsl().buildProperties().forEach((name, value) -> properties.put(name, String.valueOf(value)));
        return properties;
    }
}
