package io.waybill.crash.peer.spring;

import io.waybill.crash.job.Booked;
import io.waybill.crash.job.Booking;
import io.waybill.crash.job.JobTopics;
import io.waybill.crash.job.Order;
import io.waybill.crash.job.Pulse;
import io.waybill.crash.peer.PeerPoints;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tools.jackson.databind.json.JsonMapper;

/** The job for one record: what it changes in the database and what it sends share one listener call. */
class OrderListener {

    private static final JsonMapper JSON = new JsonMapper();

    private final Inbox inbox;
    private final JdbcClient database;
    private final KafkaTemplate<byte[], byte[]> kafka;
    private final Booking booking;
    private final PeerPoints points;
    private final Pulse pulse;
    private final String givenUp;

    OrderListener(
            Inbox inbox,
            JdbcClient database,
            KafkaTemplate<byte[], byte[]> kafka,
            Booking booking,
            PeerPoints points,
            Pulse pulse,
            String givenUp) {
        this.inbox = inbox;
        this.database = database;
        this.kafka = kafka;
        this.booking = booking;
        this.points = points;
        this.pulse = pulse;
        this.givenUp = givenUp;
    }

    @KafkaListener(id = "orders-on-spring", topics = JobTopics.ORDERS, concurrency = "2")
    @Transactional("databaseTransactionManager")
    public void listen(ConsumerRecord<byte[], byte[]> record) {
        pulse.tell();
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                points.at(PeerPoints.Point.BETWEEN_COMMITS);
            }
        });
        Order order = JSON.readValue(record.value(), Order.class);
        switch (inbox.take(order.id(), record)) {
            case NEW -> work(order);
            case REDELIVERED -> sendAgain(order);
            case RESEND -> {}
        }
    }

    private void work(Order order) {
        try {
            booking.checked(order);
        } catch (Booking.Unbookable unbookable) {
            send(givenUp, order.id(), order);
            return;
        }
        for (Order.Line line : order.lines()) {
            try {
                Order.Line good = booking.checked(line);
                Booking.admitted(good);
                book(good);
            } catch (Booking.Unbookable unbookable) {
                send(givenUp, label(line), line);
            }
        }
    }

    private void book(Order.Line line) {
        long total = database.sql("insert into account values (?, ?) on conflict (name)"
                        + " do update set total = account.total + excluded.total returning total")
                .params(line.account(), line.amount())
                .query(Long.class)
                .single();
        database.sql("insert into booked values (?, ?)")
                .params(label(line), total)
                .update();
        send(JobTopics.BOOKED, line.account(), Booked.of(line, total));
    }

    /** What the database decided the first time. */
    private void sendAgain(Order order) {
        if (order.trouble() == Order.Trouble.POISON) {
            send(givenUp, order.id(), order);
            return;
        }
        for (Order.Line line : order.lines()) {
            database.sql("select total from booked where label = ?")
                    .param(label(line))
                    .query(Long.class)
                    .optional()
                    .ifPresentOrElse(
                            total -> send(JobTopics.BOOKED, line.account(), Booked.of(line, total)),
                            () -> send(givenUp, label(line), line));
        }
    }

    private void send(String topic, String key, Object value) {
        var unused = kafka.send(topic, key.getBytes(StandardCharsets.UTF_8), JSON.writeValueAsBytes(value));
    }

    private static String label(Order.Line line) {
        return line.order() + "#" + line.number();
    }
}
