package io.waybill.console.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "a\n", "\na", "\r\n", "a\r\nb\nc\rd", "\n\n\r\n", "a\r", "ä\uFEFFö\r\n\r\n", "x\r\n\ny"
            })
    void what_nobody_touches_comes_back_to_the_byte(String text) {
        PayloadText payload = text(text);
        assertThat(payload.edited(asFormsSendIt(text))).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void an_edited_line_keeps_its_own_end_and_its_neighbours_theirs() {
        assertThat(edited("a\r\nb\nc\r\nd", "a\r\nB\r\nc\r\nd")).isEqualTo("a\r\nB\nc\r\nd");
    }

    @Test
    void new_lines_get_the_end_that_is_used_most() {
        assertThat(edited("a\r\nb\r\nc\nd", "a\r\nb\r\nnew\r\nc\r\nd\r\nlast"))
                .isEqualTo("a\r\nb\r\nnew\r\nc\nd\r\nlast");
        assertThat(edited("{}", "{\r\n}")).isEqualTo("{\n}");
    }

    @Test
    void deleted_lines_take_their_ends_with_them() {
        assertThat(edited("a\r\nb\nc\n", "a\r\nc\r\n")).isEqualTo("a\r\nc\n");
        assertThat(edited("a\r\nb\n", "")).isEmpty();
    }

    @Test
    void the_declared_encoding_of_xml_is_kept() {
        byte[] latin =
                "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><n>Zoë</n>".getBytes(StandardCharsets.ISO_8859_1);
        PayloadText payload = PayloadText.of(latin).orElseThrow();
        assertThat(payload.text()).contains("Zoë");
        assertThat(payload.edited(payload.text().replace("Zoë", "Åke")))
                .isEqualTo("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><n>Åke</n>"
                        .getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> payload.edited("<n>€</n>"))
                .isInstanceOf(UnencodableTextException.class)
                .hasMessageContaining("ISO-8859-1");
    }

    @Test
    void bytes_that_are_no_text_or_that_a_form_would_lose_are_none() {
        assertThat(PayloadText.of(new byte[] {(byte) 0xff, (byte) 0xfe})).isEmpty();
        assertThat(PayloadText.of("a\0b".getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    private static String edited(String before, String typed) {
        return new String(text(before).edited(typed), StandardCharsets.UTF_8);
    }

    private static PayloadText text(String text) {
        return PayloadText.of(text.getBytes(StandardCharsets.UTF_8)).orElseThrow();
    }

    private static String asFormsSendIt(String text) {
        return text.replaceAll("\r\n|\r|\n", "\r\n");
    }
}
