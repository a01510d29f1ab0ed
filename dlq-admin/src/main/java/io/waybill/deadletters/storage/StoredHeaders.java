package io.waybill.deadletters.storage;

import io.waybill.pipeline.Headers;
import io.waybill.pipeline.Headers.Header;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Headers as one JSON text, lossless: order, repetition, missing values and any bytes survive. Stateless. */
public final class StoredHeaders {

    private static final JsonMapper JSON = JsonMapper.shared();

    private StoredHeaders() {}

    public static String write(Headers headers) {
        return JSON.writeValueAsString(headers.all().stream()
                .map(header -> new Row(header.name(), header.value()))
                .toList());
    }

    public static Headers read(String json) {
        List<Row> rows = JSON.readValue(json, new TypeReference<List<Row>>() {});
        return new Headers(
                rows.stream().map(row -> new Header(row.name(), row.value())).toList());
    }

    private record Row(String name, byte @Nullable [] value) {}
}
