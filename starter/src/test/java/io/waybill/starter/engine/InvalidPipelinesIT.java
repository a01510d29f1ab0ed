package io.waybill.starter.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Text;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What does not fit stops the start with one message that names bean, operator and remedy. */
@ExtendWith(OutputCaptureExtension.class)
class InvalidPipelinesIT {

    @TempDir
    Path folder;

    @Test
    void an_unknown_topic_stops_the_start(CapturedOutput output) {
        assertThatThrownBy(() -> start(UnknownTopics.class)).isNotNull();

        assertThat(output)
                .contains("Bean 'parcels'")
                .contains("its source names the topic 'nowhere', which does not exist")
                .contains("operator 'out' names the topic 'void', which does not exist")
                .contains("NewTopic");
    }

    @Test
    void two_operators_of_one_name_stop_the_start(CapturedOutput output) {
        assertThatThrownBy(() -> start(SameNames.class)).isNotNull();

        assertThat(output).contains("Bean 'twins'").contains("operator 'trim': another operator has this name");
    }

    @Test
    void a_property_out_of_its_bounds_stops_the_start(CapturedOutput output) {
        assertThatThrownBy(() -> start(WorkApplication.class, "--waybill.engine.checkpoint-interval=1ms"))
                .isNotNull();

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("expected waybill.engine.checkpoint-interval from PT0.01S to PT10S");
    }

    private void start(Class<?> application, String... more) {
        SpringApplication spring = new SpringApplication(application);
        String[] arguments = {
            "--server.port=0",
            "--waybill.embedded.enabled=true",
            "--waybill.embedded.kafka.port=0",
            "--waybill.embedded.kafka.controller-port=0",
            "--waybill.embedded.postgres.port=0",
            "--waybill.embedded.data-folder=" + folder.resolve("data"),
            "--waybill.state-folder=" + folder.resolve("state"),
            more.length == 0 ? "--debug=false" : more[0]
        };
        spring.run(arguments).close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class UnknownTopics {

        @Bean
        Pipeline parcels() {
            return Pipeline.named("parcels")
                    .from(KafkaSource.topic("nowhere").value(Text.serde()))
                    .withoutDeduplication()
                    .to("out", KafkaSink.topic("void").value(Text.serde()))
                    .build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class SameNames {

        @Bean
        Pipeline twins() {
            return Pipeline.named("twins")
                    .from(KafkaSource.topic("in").value(Text.serde()))
                    .withoutDeduplication()
                    .map("trim", String::trim)
                    .map("trim", String::trim)
                    .build();
        }
    }
}
