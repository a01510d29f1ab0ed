package io.waybill.pipeline;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The headers of a record, in their order, read-only; a name may come several times. */
public record Headers(List<Header> all) {

    public static final Headers NONE = new Headers(List.of());

    public Headers {
        all = List.copyOf(all);
    }

    /** The last value under this name as UTF-8 text. */
    public Optional<String> text(String name) {
        for (int i = all.size() - 1; i >= 0; i--) {
            Header header = all.get(i);
            if (header.name().equals(name) && header.value() != null) {
                return Optional.of(new String(header.value(), StandardCharsets.UTF_8));
            }
        }
        return Optional.empty();
    }

    /** These headers and one more at the end. */
    public Headers with(String name, String value) {
        List<Header> more = new ArrayList<>(all);
        more.add(new Header(name, value.getBytes(StandardCharsets.UTF_8)));
        return new Headers(more);
    }

    /** @param value null where the header has none */
    public record Header(String name, byte @Nullable [] value) {}
}
