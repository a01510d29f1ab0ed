package io.waybill.pipeline;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Strings in UTF-8. Malformed input is an error, never replaced. */
public final class Text {

    private Text() {}

    public static Serde<String> serde() {
        return new Serde<>() {
            @Override
            public byte[] serialize(String value) {
                return value.getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public String deserialize(byte[] bytes) throws CharacterCodingException {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
            }

            @Override
            public String contentType() {
                return "text/plain;charset=utf-8";
            }
        };
    }
}
