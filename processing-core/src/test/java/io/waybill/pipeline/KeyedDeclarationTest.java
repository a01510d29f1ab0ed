package io.waybill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class KeyedDeclarationTest {

    @Test
    void a_keyed_flow_stays_keyed_whatever_becomes_of_its_values() {
        Pipeline pipeline = keyed().map("length", String::length)
                .filter("some", length -> length > 0)
                .flatMap("again", length -> java.util.List.of(length, length))
                .process("total", Total::new)
                .onFailure(FailurePolicy.stop())
                .to("out", KafkaSink.topic("out").value(Primitives.ofLong()))
                .process("noop", Forwarding::new)
                .build();

        Operator.Stateful total = (Operator.Stateful) pipeline.operators().get(3);
        assertThat(total.policy()).isEqualTo(FailurePolicy.stop());
        assertThat(total.states())
                .containsExactly(new StateDeclaration("sum", StateDeclaration.Kind.VALUE, "long", Duration.ofDays(2)));
    }

    @Test
    void names_operator_state_and_remedy_of_every_mistake() {
        KeyedFlow<String, String> flow = keyed().process("twice", Twice::new)
                .process("none", Unwritten::new)
                .process("short", ShortLived::new);

        assertThatThrownBy(flow::build)
                .hasMessageContaining("operator 'twice': state 'same': another state of the operator has this name")
                .hasMessageContaining("operator 'none': state 'lost': it has no serde")
                .hasMessageContaining("operator 'short': state 'blink': its time to live must be 1 second to 10 years");
    }

    @Test
    void refuses_a_supplier_that_returns_the_same_instance_twice() {
        Forwarding<String> only = new Forwarding<>();
        KeyedFlow<String, String> flow = keyed().process("shared", () -> only);

        assertThatThrownBy(flow::build)
                .hasMessageContaining("operator 'shared': its supplier returns the same instance twice");
    }

    @Test
    void refuses_to_key_a_flow_twice() {
        KeyedFlow<byte[], String> flow = keyed().keyedBySource(Bytes.serde());

        assertThatThrownBy(flow::build).hasMessageContaining("operator 'keyedBySource': the flow is keyed already");
    }

    private static KeyedFlow<String, String> keyed() {
        return Pipeline.named("p")
                .from(KafkaSource.topic("in").value(Text.serde()))
                .withoutDeduplication()
                .keyedBySource(Text.serde());
    }

    private static final class Total extends KeyedProcess<String, Integer, Long> {

        private final ValueState<Long> sum =
                valueState("sum", Primitives.ofLong()).ttl(Duration.ofDays(2));

        @Override
        public void process(Integer value, Context<String, Long> ctx) {
            sum.set(sum.getOr(0L) + value);
            ctx.emit(sum.getOr(0L));
        }
    }

    private static class Forwarding<T> extends KeyedProcess<String, T, T> {

        @Override
        public void process(T value, Context<String, T> ctx) {
            ctx.emit(value);
        }
    }

    private static final class Twice extends Forwarding<String> {

        Twice() {
            valueState("same", Text.serde());
            listState("same", Text.serde());
        }
    }

    private static final class Unwritten extends Forwarding<String> {

        @SuppressWarnings("NullAway") // teams without null checks
        Unwritten() {
            mapState("lost", Text.serde(), (Serde<String>) null);
        }
    }

    private static final class ShortLived extends Forwarding<String> {

        ShortLived() {
            valueState("blink", Text.serde()).ttl(Duration.ofMillis(1));
        }
    }
}
