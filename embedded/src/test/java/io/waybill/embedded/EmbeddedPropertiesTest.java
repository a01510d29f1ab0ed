package io.waybill.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class EmbeddedPropertiesTest {

    @Test
    void theDefaultsAreTheDocumentedOnes() {
        assertThat(bind(Map.of()))
                .isEqualTo(new EmbeddedProperties(
                        false,
                        "./data",
                        new EmbeddedProperties.Kafka(29_092, 29_093),
                        new EmbeddedProperties.Postgres(25_432)));
    }

    @Test
    void aBadPortIsRefusedByName() {
        assertThatThrownBy(() -> bind(Map.of("waybill.embedded.kafka.port", "65536")))
                .isInstanceOf(BindException.class)
                .hasRootCauseMessage("expected waybill.embedded.kafka.port to be between 0 and 65535, but it is 65536");
        assertThatThrownBy(() -> bind(Map.of("waybill.embedded.kafka.controller-port", "29092")))
                .hasRootCauseMessage("expected waybill.embedded.kafka.port and waybill.embedded.kafka.controller-port"
                        + " to differ, but both are 29092");
    }

    private static EmbeddedProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("waybill.embedded", EmbeddedProperties.class);
    }
}
