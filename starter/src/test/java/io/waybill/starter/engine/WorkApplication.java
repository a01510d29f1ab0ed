package io.waybill.starter.engine;

import io.waybill.pipeline.Deduplicate;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Text;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.NewTopic;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;

/** A team's application with one pipeline whose operator does what its input says. */
@SpringBootConfiguration
@EnableAutoConfiguration
class WorkApplication {

    static final String IN = "work.in";
    static final String OUT = "work.out";
    /** Long enough that what happens meanwhile in the other partition can be seen. */
    static final Duration RETRY = Duration.ofSeconds(2);

    static final int LARGEST_OUTPUT = 2_000;

    /** Repaired from outside, as a deployment would. */
    final AtomicBoolean repaired = new AtomicBoolean();

    private final Map<String, Integer> tries = new ConcurrentHashMap<>();

    @Bean
    Pipeline work() {
        return Pipeline.named("work")
                .onFailure(FailurePolicy.retry(3).fixed(Duration.ofMillis(50)).thenDeadLetter())
                .from(KafkaSource.topic(IN).value(Text.serde()).messageId(record -> String.valueOf(record.value())))
                .deduplicate(Deduplicate.byMessageId().keyLocal())
                .map("expand", text -> text.startsWith("huge") ? text.repeat(LARGEST_OUTPUT) : text)
                .map("flaky", this::failsTwice)
                .onFailure(FailurePolicy.retry(3).fixed(RETRY).thenDeadLetter())
                .map("guard", this::failsUntilRepaired)
                .onFailure(FailurePolicy.stop())
                .to("out", KafkaSink.topic(OUT).value(Text.serde()))
                .build();
    }

    private String failsTwice(String text) {
        if (text.startsWith("flaky") && tries.merge(text, 1, Integer::sum) <= 2) {
            throw new IllegalStateException("not yet");
        }
        return text;
    }

    private String failsUntilRepaired(String text) {
        if (text.startsWith("stop") && !repaired.get()) {
            throw new IllegalStateException("the guard is broken");
        }
        return text;
    }

    @Bean
    NewTopic in() {
        return new NewTopic(IN, 2, (short) 1);
    }

    @Bean
    NewTopic out() {
        return new NewTopic(OUT, 1, (short) 1).configs(Map.of("max.message.bytes", String.valueOf(LARGEST_OUTPUT)));
    }
}
