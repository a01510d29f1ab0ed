package io.waybill.crash.peer.spring;

import io.waybill.crash.job.Booking;
import io.waybill.crash.job.JobTopics;
import io.waybill.crash.job.Pulse;
import io.waybill.crash.peer.PeerPoints;
import io.waybill.crash.process.Parent;
import io.waybill.crash.process.Word;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.kafka.annotation.EnableKafka;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.AfterRollbackProcessor;
import org.springframework.kafka.listener.DefaultAfterRollbackProcessor;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.util.backoff.FixedBackOff;

/**
 * An instance on spring-kafka: the listener container begins a Kafka transaction for each record, the listener's own
 * transaction of the database commits inside of it. That is the first of the reference's examples of Kafka transactions
 * with other transaction managers; the reference says that the database commits first and must therefore recognise a
 * record that comes again, which is what the inbox is for.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@ImportAutoConfiguration({KafkaAutoConfiguration.class, DataSourceAutoConfiguration.class})
@EnableKafka
@EnableTransactionManagement
public class SpringKafkaJob {

    public static void main(String[] arguments) {
        SpringApplication.run(SpringKafkaJob.class, arguments);
    }

    @Bean
    JdbcTransactionManager databaseTransactionManager(DataSource dataSource) {
        return new JdbcTransactionManager(dataSource);
    }

    /** A record that fails is rolled back and comes again, for ever: none is given up for an outage. */
    @Bean
    AfterRollbackProcessor<Object, Object> afterRollback() {
        return new DefaultAfterRollbackProcessor<>(new FixedBackOff(20, FixedBackOff.UNLIMITED_ATTEMPTS));
    }

    @Bean
    Inbox inbox(DataSource dataSource, @Value("${job.inbox}") Inbox.Key key) {
        return new Inbox(JdbcClient.create(dataSource), key);
    }

    @Bean
    OrderListener orderListener(Inbox inbox, DataSource dataSource, KafkaTemplate<byte[], byte[]> kafka) {
        PeerPoints points = new PeerPoints();
        points.listen();
        return new OrderListener(
                inbox, JdbcClient.create(dataSource), kafka, new Booking(), points, new Pulse(), JobTopics.GIVEN_UP);
    }

    @EventListener(ApplicationReadyEvent.class)
    void ready() {
        Parent.tell(Word.READY, "");
    }
}
