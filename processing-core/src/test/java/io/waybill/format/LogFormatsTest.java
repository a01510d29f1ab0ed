package io.waybill.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.waybill.format.v1.LogProto;
import io.waybill.format.v1.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The files under {@code formats/v1} were written by version 1 and are never written again: what reads them today must
 * read them for ever. {@code -Dwaybill.formats.write=true} writes those that a new message type still lacks.
 */
class LogFormatsTest {

    private static final Path FILES = Path.of("src/test/resources/formats/v1");

    @ParameterizedTest
    @MethodSource("samples")
    void reads_what_version_1_wrote(Sample sample) throws IOException {
        Path binary = FILES.resolve(sample.name() + ".bin");
        Path text = FILES.resolve(sample.name() + ".txt");
        if (Boolean.getBoolean("waybill.formats.write") && Files.notExists(binary)) {
            Files.createDirectories(FILES);
            Files.write(binary, LogFormats.encode(sample.message()));
            Files.writeString(text, TextFormat.printer().printToString(sample.message()));
        }

        DynamicMessage read = LogFormats.decode(
                DynamicMessage.newBuilder(sample.message().getDescriptorForType())
                        .buildPartial()
                        .getParserForType(),
                Files.readAllBytes(binary),
                binary.toString());

        assertThat(TextFormat.printer().printToString(read)).isEqualTo(Files.readString(text));
    }

    @Test
    void refuses_a_newer_version_and_names_the_record() {
        assertThatThrownBy(() -> LogFormats.decode(Outcome.parser(), new byte[] {2, 1}, "waybill.outcomes-3@17"))
                .isInstanceOf(UnreadableLogException.class)
                .hasMessageContaining("UNREADABLE_LOG")
                .hasMessageContaining("waybill.outcomes-3@17")
                .hasMessageContaining("version 2");
    }

    @Test
    void refuses_an_empty_value_and_damaged_bytes() {
        assertThatThrownBy(() -> LogFormats.decode(Outcome.parser(), new byte[0], "x"))
                .isInstanceOf(UnreadableLogException.class);
        assertThatThrownBy(() -> LogFormats.decode(Outcome.parser(), new byte[] {1, 10, 50, 1}, "x"))
                .isInstanceOf(UnreadableLogException.class)
                .hasMessageContaining("damaged");
    }

    /** One of each type, and one more for each member of a oneof: of those a message holds only one. */
    static Stream<Sample> samples() {
        List<Descriptor> types = LogProto.getDescriptor().getMessageTypes();
        assertThat(types).hasSizeGreaterThan(20);
        return types.stream().flatMap(LogFormatsTest::samples);
    }

    private static Stream<Sample> samples(Descriptor type) {
        Stream<Sample> members = type.getRealOneofs().stream()
                .flatMap(oneof -> oneof.getFields().stream())
                .map(member -> new Sample(
                        type.getName() + "." + member.getName(),
                        filled(type).toBuilder().setField(member, value(member)).build()));
        return Stream.concat(Stream.of(new Sample(type.getName(), filled(type))), members);
    }

    record Sample(String name, Message message) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A message with every field set, each to another value; of a oneof the last member stays. */
    private static Message filled(Descriptor type) {
        DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
        for (FieldDescriptor field : type.getFields()) {
            Object value = value(field);
            if (field.isRepeated()) {
                message.addRepeatedField(field, value);
                message.addRepeatedField(field, value);
            } else {
                message.setField(field, value);
            }
        }
        return message.build();
    }

    private static Object value(FieldDescriptor field) {
        int number = field.getNumber();
        return switch (field.getJavaType()) {
            case INT -> number + 100;
            case LONG -> number + 1_700_000_000_000L;
            case FLOAT -> number + 0.5f;
            case DOUBLE -> number + 0.5;
            case BOOLEAN -> true;
            case STRING -> field.getName() + "-ü-" + number;
            case BYTE_STRING -> ByteString.copyFrom(field.getName(), StandardCharsets.UTF_8);
            case ENUM -> field.getEnumType().getValues().getLast();
            case MESSAGE -> filled(field.getMessageType());
        };
    }
}
