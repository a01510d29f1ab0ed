package io.waybill.samples.payments;

import static io.waybill.pipeline.FailurePolicy.retry;

import io.waybill.pipeline.Bytes;
import io.waybill.pipeline.Deduplicate;
import io.waybill.pipeline.Json;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.StagedSink;
import io.waybill.pipeline.Text;
import io.waybill.sink.StagedTarget;
import java.math.BigDecimal;
import java.time.Duration;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.config.TopicBuilder;
import org.springframework.util.unit.DataSize;

/** Payment files become cleared payments, on a topic and in the ledger. */
@Configuration(proxyBeanMethods = false)
class PaymentFilesPipeline {

    static final String NAME = "payment-files";
    static final String FILES = "payments.files";
    static final String CLEARED = "payments.cleared";

    /** What surrounds a file: headers and key. */
    private static final DataSize ENVELOPE = DataSize.ofMegabytes(1);

    private static final int PARTITIONS = 4;

    /**
     * What can go wrong here lies in the data and is poison, so never retried. Three quick retries cover the rest, for
     * example a JVM short of memory.
     */
    @Bean
    Pipeline paymentFiles(@Value("${payments.daily-limit}") BigDecimal dailyLimit, StagedTarget<Payment> ledger) {
        if (dailyLimit.signum() <= 0) {
            throw new IllegalArgumentException(
                    "payments.daily-limit: expected an amount above zero, but was " + dailyLimit);
        }
        return Pipeline.named(NAME)
                .version(3)
                .onFailure(retry(3).exponential(Duration.ofMillis(200)).thenDeadLetter())
                .from(KafkaSource.topic(FILES)
                        .value(Bytes.of("application/xml"))
                        .messageId(file -> FileIdentity.messageId(file.payload()))
                        .batchId(file -> FileIdentity.batchId(file.payload())))
                .deduplicate(
                        Deduplicate.byMessageId().within(Duration.ofDays(7)).keyLocal())
                .map("read", PaymentFile::read)
                .splitIntoParts("payments", PaymentFile::payments, Json.of(Payment.class), Payment::endToEndId)
                .map("validate", Payment::validated)
                .keyBy("debtor", Payment::debtorIban, Text.serde(), Json.of(Payment.class))
                .process("daily-limit", () -> new DailyLimit(dailyLimit))
                .to(
                        "cleared",
                        KafkaSink.topic(CLEARED).value(Json.of(Payment.class)).key(Payment::debtorIban, Text.serde()))
                .to(
                        "ledger",
                        StagedSink.value(Json.of(Payment.class))
                                .key(Payment::debtorIban, Text.serde())
                                .into(ledger))
                .build();
    }

    @Bean
    NewTopic paymentFilesTopic(@Value("${waybill.max-payload-size}") DataSize largestFile) {
        long largestRecord = largestFile.toBytes() + ENVELOPE.toBytes();
        return TopicBuilder.name(FILES)
                .partitions(PARTITIONS)
                .config(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Long.toString(largestRecord))
                .build();
    }

    @Bean
    NewTopic clearedPaymentsTopic() {
        return TopicBuilder.name(CLEARED).partitions(PARTITIONS).build();
    }
}
