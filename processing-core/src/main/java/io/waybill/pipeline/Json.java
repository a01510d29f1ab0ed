package io.waybill.pipeline;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** Values as JSON by Jackson, in UTF-8. Unknown properties, trailing input and nulls for primitives are errors. */
public final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private Json() {}

    public static <T> Serde<T> of(Class<T> type) {
        return of(type, MAPPER);
    }

    /** @param mapper the team's own, with its modules and features */
    public static <T> Serde<T> of(Class<T> type, JsonMapper mapper) {
        ObjectReader reader = mapper.readerFor(type);
        ObjectWriter writer = mapper.writerFor(type);
        return new Serde<>() {
            @Override
            public byte[] serialize(T value) {
                return writer.writeValueAsBytes(value);
            }

            @Override
            public T deserialize(byte[] bytes) {
                T value = reader.readValue(bytes);
                if (value == null) {
                    throw Poison.because("JSON_NULL", "expected a %s, but was null", type.getSimpleName());
                }
                return value;
            }

            @Override
            public String format() {
                return "json " + type.getName();
            }

            @Override
            public String contentType() {
                return "application/json";
            }
        };
    }
}
