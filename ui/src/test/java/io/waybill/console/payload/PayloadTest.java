package io.waybill.console.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.console.payload.PayloadDiff.Kind;
import io.waybill.console.payload.PayloadDiff.Segment;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PayloadTest {

    @Test
    void json_is_laid_out_without_touching_a_number_or_a_string() {
        assertThat(json("{\"a\":1.00,\"b\":[1E2,{}, [ ]],\"c\":\"x: {,\\\" y\"}")
                        .formatted())
                .isEqualTo("""
                        {
                          "a": 1.00,
                          "b": [
                            1E2,
                            {},
                            []
                          ],
                          "c": "x: {,\\" y"
                        }""");
    }

    @Test
    void broken_json_is_laid_out_as_far_as_it_goes() {
        assertThat(json("{\"a\":\"unclosed").formatted()).isEqualTo("{\n  \"a\": \"unclosed");
        assertThat(json("}}]").formatted()).isEqualTo("\n}\n}\n]");
    }

    @Test
    void xml_is_laid_out_and_nothing_in_it_is_resolved() {
        Payload xml = of(
                "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e 'v'>]><x a='>'><!-- <c> --><y>&e;</y><z/></x>",
                "application/xml");
        assertThat(xml.formatted()).isEqualTo("""
                        <?xml version='1.0'?>
                        <!DOCTYPE x [<!ENTITY e 'v'>
                        ]>
                        <x a='>'>
                          <!-- <c> -->
                          <y>&e;</y>
                          <z/>
                        </x>""");
    }

    @Test
    void bytes_are_shown_and_typed_in_hex() {
        Payload bytes = Payload.of(new byte[] {0, 1, (byte) 0xff, 'A'}, "application/octet-stream");
        assertThat(bytes.formatted()).startsWith("00000000  00 01 ff 41").contains("...A");
        assertThat(bytes.edited("00 01\nFF 42")).containsExactly(0, 1, 0xff, 'B');
        assertThatThrownBy(() -> bytes.edited("0g")).hasMessageContaining("expected pairs of hex digits");
        assertThatThrownBy(() -> bytes.edited("001")).hasMessageContaining("stands alone");
    }

    @Test
    void what_is_not_well_formed_is_said_with_its_place() {
        assertThat(WellFormed.problem(json("{\"a\":1}"))).isEmpty();
        assertThat(WellFormed.problem(json("{\"a\":}")).orElseThrow()).startsWith("line 1, column");
        assertThat(WellFormed.problem(json("{} {}"))).isPresent();
        assertThat(WellFormed.problem(of("<a><b/></a>", "application/xml"))).isEmpty();
        assertThat(WellFormed.problem(of("<a>\n<b></a>", "application/xml")).orElseThrow())
                .startsWith("line 2, column");
        assertThat(WellFormed.problem(of("anything", "text/plain"))).isEmpty();
    }

    @Test
    void a_change_within_one_long_line_is_shown_where_it_is() {
        PayloadDiff diff = PayloadDiff.between(
                json("{\"a\":1,\"iban\":\"DE1\",\"b\":2}"), json("{\"a\":1,\"iban\":\"DE2\",\"b\":2}"));
        assertThat(diff.added()).isEqualTo(1);
        assertThat(diff.removed()).isEqualTo(1);
        assertThat(diff.rows())
                .filteredOn(row -> row.kind() == Kind.CHANGED)
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.left())
                            .filteredOn(Segment::changed)
                            .extracting(Segment::text)
                            .containsExactly("DE1");
                    assertThat(row.right())
                            .filteredOn(Segment::changed)
                            .extracting(Segment::text)
                            .containsExactly("DE2");
                });
    }

    @Test
    void lines_far_from_a_change_are_counted_instead_of_shown() {
        String many = "line\n".repeat(50);
        PayloadDiff diff =
                PayloadDiff.between(of(many + "a\n" + many, "text/plain"), of(many + "b\n" + many, "text/plain"));
        assertThat(diff.rows())
                .extracting(PayloadDiff.Row::kind)
                .containsExactly(
                        Kind.SKIPPED,
                        Kind.SAME,
                        Kind.SAME,
                        Kind.SAME,
                        Kind.CHANGED,
                        Kind.SAME,
                        Kind.SAME,
                        Kind.SAME,
                        Kind.SKIPPED);
        assertThat(diff.rows().get(4).leftLine()).isEqualTo(51);
    }

    @Test
    void white_space_alone_and_what_is_too_large_are_said_in_words() {
        assertThat(PayloadDiff.between(json("{\"a\":1}"), json("{ \"a\": 1 }")).onlyWhitespace())
                .isTrue();
        assertThat(PayloadDiff.between(of("a\n".repeat(6000), "text/plain"), of("b", "text/plain"))
                        .tooLarge())
                .isTrue();
        assertThat(PayloadDiff.between(json("{}"), json("{}")).isSame()).isTrue();
    }

    private static Payload json(String text) {
        return of(text, "application/json");
    }

    private static Payload of(String text, String contentType) {
        return Payload.of(text.getBytes(StandardCharsets.UTF_8), contentType);
    }
}
