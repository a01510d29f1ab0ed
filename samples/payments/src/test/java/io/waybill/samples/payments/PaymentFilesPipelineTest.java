package io.waybill.samples.payments;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.pipeline.Headers;
import io.waybill.pipeline.KafkaSource.Identity;
import io.waybill.pipeline.Operator;
import io.waybill.pipeline.Pipeline;
import io.waybill.testkit.Table;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PaymentFilesPipelineTest {

    private final Pipeline pipeline = new PaymentFilesPipeline().paymentFiles(BigDecimal.TEN, new Table<>());

    @Test
    void isDeclaredWithoutMistakes() {
        assertThat(pipeline.name()).isEqualTo("payment-files");
        assertThat(pipeline.operators())
                .extracting(Operator::name)
                .containsExactly("read", "payments", "validate", "debtor", "daily-limit", "cleared", "ledger");
    }

    @ParameterizedTest
    @EnumSource
    void recognisesAFileByItsPartyAndMessageId(PainVersion version) {
        Identity identity = identify(PainText.of(version));

        assertThat(identity.messageId()).isEqualTo("Acme & Sons/MSG-1");
        assertThat(identity.batchId()).isEqualTo("MSG-1");
    }

    @Test
    void tellsPartiesWithSlashesApart() {
        String text = PainText.of(PainVersion.V03);
        Identity first = identify(text.replace("Acme &amp; Sons", "A/B").replace("MSG-1", "C"));
        Identity second = identify(text.replace("Acme &amp; Sons", "A").replace("MSG-1", "B/C"));

        assertThat(first.messageId()).isNotEqualTo(second.messageId());
    }

    @Test
    void recognisesAFileThatIsBrokenBehindItsHeader() {
        String text = PainText.of(PainVersion.V03);

        assertThat(identify(text.substring(0, text.indexOf("<PmtInf>"))).messageId())
                .isEqualTo("Acme & Sons/MSG-1");
    }

    @Test
    void recognisesAnyOtherBytesByTheirHash() {
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            assertThat(pipeline.source().identify(null, Headers.NONE, bytes).messageId())
                    .matches("[0-9a-f]{64}");
        }
        assertThat(identify("").messageId()).startsWith("e3b0c44298fc1c14");
    }

    @Test
    void identifiesEveryDamagedFileSomehow() {
        byte[] whole = PainText.of(PainVersion.V09).getBytes(UTF_8);
        Random random = new Random(11);
        for (int i = 0; i < 2_000; i++) {
            byte[] damaged = Arrays.copyOf(whole, whole.length);
            for (int flips = 0; flips < 3; flips++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            assertThat(pipeline.source().identify(null, Headers.NONE, damaged).messageId())
                    .isNotEmpty();
        }
    }

    private Identity identify(String text) {
        return pipeline.source().identify(null, Headers.NONE, text.getBytes(UTF_8));
    }
}
