package io.waybill.crash.peer.streams;

import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import tools.jackson.databind.json.JsonMapper;

/** Values as JSON. */
final class JsonSerde {

    static final JsonMapper JSON = new JsonMapper();

    private JsonSerde() {}

    static <T> Serde<T> of(Class<T> type) {
        return Serdes.serdeFrom(
                (topic, value) -> JSON.writeValueAsBytes(value), (topic, bytes) -> JSON.readValue(bytes, type));
    }
}
