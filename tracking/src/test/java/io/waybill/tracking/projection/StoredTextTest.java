package io.waybill.tracking.projection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StoredTextTest {

    @Test
    void nulBecomesTheReplacementCharacter() {
        assertThat(StoredText.bounded("a\0b", 10)).isEqualTo("a\uFFFDb");
    }

    @Test
    void emptyTextIsNoText() {
        assertThat(StoredText.id("")).isNull();
        assertThat(StoredText.prose("")).isNull();
    }

    @Test
    void aCutNeverSplitsACharacter() {
        String text = "ab\uD83D\uDE00cd";

        assertThat(StoredText.bounded(text, 2)).isEqualTo("ab");
        assertThat(StoredText.bounded(text, 3)).isEqualTo("ab");
        assertThat(StoredText.bounded(text, 4)).isEqualTo("ab\uD83D\uDE00");
    }
}
