package io.waybill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.pipeline.kafka.KafkaSerde;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serdes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SerdesTest {

    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of(Primitives.ofInt(), Integer.MIN_VALUE),
                Arguments.of(Primitives.ofLong(), Long.MAX_VALUE),
                Arguments.of(Primitives.ofDouble(), -0.1),
                Arguments.of(Primitives.ofBoolean(), true),
                Arguments.of(Primitives.ofBoolean(), false),
                Arguments.of(Primitives.ofUuid(), new UUID(1, -1)),
                Arguments.of(Primitives.ofInstant(), Instant.parse("1969-12-31T23:59:59.999999999Z")),
                Arguments.of(KafkaSerde.of(Serdes.String(), "topic", "text"), "größer"));
    }

    @ParameterizedTest
    @MethodSource("values")
    <T> void a_value_comes_back_as_it_was(Serde<T> serde, T value) throws Exception {
        byte[] bytes = serde.serialize(value);
        assertThat(serde.deserialize(bytes)).isEqualTo(value);
        assertThat(serde.serialize(value)).isEqualTo(bytes);
    }

    @Test
    void bytes_of_another_length_are_undecodable() {
        assertThatThrownBy(() -> Primitives.ofLong().deserialize(new byte[7]))
                .isInstanceOf(Poison.class)
                .hasMessageContaining("expected 8 bytes for a value of type long, but were 7");
        assertThatThrownBy(() -> Primitives.ofBoolean().deserialize(new byte[] {2}))
                .hasMessageContaining("expected a boolean as 0 or 1");
    }

    @Test
    void numbers_are_written_as_kafkas_serializers_write_them() throws Exception {
        assertThat(Primitives.ofLong().serialize(-7L))
                .isEqualTo(Serdes.Long().serializer().serialize("t", -7L));
        assertThat(Primitives.ofInt().serialize(-7))
                .isEqualTo(Serdes.Integer().serializer().serialize("t", -7));
        assertThat(Primitives.ofDouble().serialize(0.7))
                .isEqualTo(Serdes.Double().serializer().serialize("t", 0.7));
    }

    @Test
    void two_types_of_json_have_two_formats() {
        assertThat(Json.of(UUID.class).format()).isEqualTo("json java.util.UUID");
        assertThat(Text.serde().format()).isNotEqualTo(Bytes.serde().format());
    }
}
