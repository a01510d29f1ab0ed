package io.waybill.tracking.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignatureTest {

    private static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(new byte[32]);

    /** The key is 32 zero bytes; computed with another implementation of HMAC-SHA256. */
    @Test
    void signs_id_time_and_body_as_the_standard_has_it() {
        assertThat(Signature.of("msg_1", 1_700_000_000, "{\"a\":1}", List.of(new byte[32])))
                .isEqualTo("v1,HA9nSvEEuynF+mEPWgOAUWbrVA21G6kMzfOt+yEvB3I=");
    }

    @Test
    void each_secret_signs_while_receivers_change_over() {
        assertThat(Signature.of(
                                "msg_1",
                                1,
                                "x",
                                List.of(new byte[32], "another key of 24 bytes.".getBytes(StandardCharsets.UTF_8)))
                        .split(" ", -1))
                .hasSize(2)
                .doesNotHaveDuplicates()
                .allSatisfy(each -> assertThat(each).startsWith("v1,"));
    }

    @ParameterizedTest
    @CsvSource({
        "ftp://erp.example/hook, url",
        "https://user:password@erp.example/hook, url",
        "https:///hook, url",
        "https://erp.example/hook#part, url"
    })
    void an_address_that_is_none_is_refused_by_the_name_of_its_property(String url, String property) {
        assertThatThrownBy(() -> WebhookTarget.of("erp", URI.create(url), List.of(SECRET), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("waybill.webhooks.targets.erp." + property)
                .hasMessageNotContaining("password");
    }

    @Test
    void a_secret_that_is_none_is_refused_and_not_shown() {
        for (String wrong : List.of(
                "geheim", "whsec_geheim!", "whsec_" + Base64.getEncoder().encodeToString(new byte[23]))) {
            assertThatThrownBy(() -> WebhookTarget.of("erp", URI.create("https://erp.example/"), List.of(wrong), null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("waybill.webhooks.targets.erp.secrets")
                    .hasMessageNotContaining(wrong);
        }
        assertThatThrownBy(() -> WebhookTarget.of("erp", URI.create("https://erp.example/"), null, null))
                .hasMessageContaining("expected 1 or 2 in waybill.webhooks.targets.erp.secrets, but were 0");
    }
}
