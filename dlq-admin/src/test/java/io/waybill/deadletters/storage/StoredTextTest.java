package io.waybill.deadletters.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.pipeline.Headers;
import io.waybill.pipeline.Headers.Header;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoredTextTest {

    @Test
    void replaces_what_postgres_refuses_and_keeps_the_rest() {
        assertThat(StoredText.of("a\0b\uD800c😀", 100)).isEqualTo("a\uFFFDb\uFFFDc😀");
    }

    @Test
    void never_cuts_a_character_in_half() {
        assertThat(StoredText.of("a".repeat(300), 200)).hasSize(200);
        assertThat(StoredText.of("a😀", 2)).isIn("a", "a😀");
    }

    @Test
    void keeps_headers_without_loss() {
        Headers headers = new Headers(
                List.of(new Header("a", new byte[] {0, -1}), new Header("a\0\"", null), new Header("a", new byte[0])));

        Headers read = StoredHeaders.read(StoredHeaders.write(headers));

        assertThat(read.all()).usingRecursiveComparison().isEqualTo(headers.all());
    }

    @Test
    void takes_any_clock() {
        assertThat(StoredTime.ofMillis(Long.MIN_VALUE)).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(StoredTime.ofMillis(Long.MAX_VALUE)).isEqualTo("9999-12-31T23:59:59Z");
    }
}
