package io.waybill.deadletters.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class DeadLetterPropertiesTest {

    private final ApplicationContextRunner application =
            new ApplicationContextRunner().withUserConfiguration(Application.class);

    @EnableConfigurationProperties(DeadLetterProperties.class)
    static class Application {}

    @Test
    void has_bounds_without_being_told() {
        application.run(context -> {
            DeadLetterProperties properties = context.getBean(DeadLetterProperties.class);
            assertThat(properties.maxPayloadSize().toMegabytes()).isEqualTo(16);
            assertThat(properties.deadLetters().maxRevisions()).isEqualTo(100);
        });
    }

    @ParameterizedTest
    @CsvSource({"waybill.max-payload-size,0B", "waybill.max-payload-size,1GB", "waybill.dead-letters.max-revisions,0"})
    void stops_the_start_naming_the_bad_property(String property, String value) {
        application
                .withPropertyValues(property + "=" + value)
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("expected " + property));
    }
}
