package io.waybill.pipeline;

/** Bytes as they are. Values are not copied and must not be changed. */
public final class Bytes {

    private Bytes() {}

    public static Serde<byte[]> serde() {
        return of("application/octet-stream");
    }

    /** @param contentType the media type to show them as */
    public static Serde<byte[]> of(String contentType) {
        return new Serde<>() {
            @Override
            public byte[] serialize(byte[] value) {
                return value;
            }

            @Override
            public byte[] deserialize(byte[] bytes) {
                return bytes;
            }

            @Override
            public String contentType() {
                return contentType;
            }
        };
    }
}
