package io.waybill.starter.engine;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.pipeline.InvalidPipelineException;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Text;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContinuationsTest {

    @Test
    void a_chain_and_a_diamond_are_taken() {
        Pipeline a = pipeline("a", "in", "middle", "b", "c");
        Pipeline b = pipeline("b", "middle", "low", "d");
        Pipeline c = pipeline("c", "middle", "low", "d");
        Pipeline d = pipeline("d", "low", "out");

        assertThatCode(() -> Continuations.check(List.of(a, b, c, d))).doesNotThrowAnyException();
    }

    @Test
    void a_circle_is_refused_with_the_way_back() {
        Pipeline a = pipeline("a", "in", "middle", "b");
        Pipeline b = pipeline("b", "middle", "in", "a");

        assertThatThrownBy(() -> Continuations.check(List.of(a, b)))
                .isInstanceOf(InvalidPipelineException.class)
                .hasMessageContaining("come back to it by way of [a, b]");
    }

    @Test
    void a_reader_of_another_topic_is_refused() {
        Pipeline a = pipeline("a", "in", "middle", "b");
        Pipeline b = pipeline("b", "elsewhere", "out");

        assertThatThrownBy(() -> Continuations.check(List.of(a, b)))
                .hasMessageContaining("continuedBy names 'b', which reads 'elsewhere' and not 'middle'");
    }

    @Test
    void a_pipeline_that_continues_itself_or_names_nonsense_is_refused_when_it_is_declared() {
        assertThatThrownBy(() -> pipeline("a", "in", "middle", "a", "Not A Name", "b", "b"))
                .isInstanceOf(InvalidPipelineException.class)
                .hasMessageContaining("its flow would come back to its own pipeline")
                .hasMessageContaining("'Not A Name' is no name of a pipeline")
                .hasMessageContaining("continuedBy names 'b' twice");
    }

    private static Pipeline pipeline(String name, String from, String to, String... readers) {
        return Pipeline.named(name)
                .from(KafkaSource.topic(from).value(Text.serde()))
                .withoutDeduplication()
                .to("out", KafkaSink.topic(to).value(Text.serde()).continuedBy(readers))
                .build();
    }
}
