package io.waybill.tracking.webhook;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.log.kafka.KafkaLog;
import io.waybill.log.kafka.KafkaLogOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** A process that delivers. Arguments: broker, topic of results, address of the database, user, password, address of the target. */
final class WebhookProcess {

    static final String TARGET = "erp";
    static final int IN_FLIGHT = 4;

    private WebhookProcess() {}

    public static void main(String[] arguments) throws InterruptedException {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(arguments[2]);
        pool.setUsername(arguments[3]);
        pool.setPassword(arguments[4]);
        pool.setMaximumPoolSize(4);
        WebhookTarget target = new WebhookTarget(TARGET, URI.create(arguments[5]), List.of(new byte[32]), Set.of());
        WebhookOptions options = new WebhookOptions(
                Duration.ofSeconds(1),
                100,
                Duration.ofMillis(200),
                Duration.ofSeconds(1),
                IN_FLIGHT,
                100,
                Duration.ofDays(1));
        KafkaLog log = new KafkaLog(KafkaLogOptions.of(arguments[0]));
        new WebhookService(List.of(target), options, arguments[1], pool, log).start();
        new CountDownLatch(1).await();
    }
}
