package io.waybill.crash.job;

import static io.waybill.pipeline.FailurePolicy.retry;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.crash.process.Parent;
import io.waybill.crash.process.Word;
import io.waybill.pipeline.Deduplicate;
import io.waybill.pipeline.Flow;
import io.waybill.pipeline.Fn;
import io.waybill.pipeline.Json;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Poison;
import io.waybill.pipeline.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;

/** An instance: the job as a team would write it on Waybill's starter. Only the probe belongs to the harness. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class WaybillJob {

    public static final String PIPELINE = "orders";

    /** One call in so many. */
    private static final int FAILING = 50;

    public static void main(String[] arguments) {
        SpringApplication.run(WaybillJob.class, arguments);
    }

    /** @param calls whether another system is asked about each order */
    @Bean
    Pipeline orders(JobSinks sinks, KillPoints points, @Value("${crash.calls:false}") boolean calls) {
        Booking booking = new Booking();
        Fn<Order, Order> checked = judged((Order order) -> booking.checked(order));
        Flow<Order> orders = Pipeline.named(PIPELINE)
                .onFailure(retry(20).fixed(Duration.ofMillis(20)).thenDeadLetter())
                .from(KafkaSource.topic(JobTopics.ORDERS).value(Json.of(Order.class)))
                .deduplicate(
                        Deduplicate.byMessageId().within(Duration.ofDays(1)).keyLocal());
        Flow<Booked> flow = (calls
                        ? orders.async("check", order -> asked(order, points, checked))
                        : orders.map("check", checked))
                .splitIntoParts("lines", Order::lines, Json.of(Order.Line.class), WaybillJob::label)
                .map("check-line", judged((Order.Line line) -> booking.checked(line)))
                .keyBy("accounts", Order.Line::account, Text.serde(), Json.of(Order.Line.class))
                .process("total", AccountTotal::new)
                .to(
                        "booked",
                        KafkaSink.topic(JobTopics.BOOKED)
                                .value(Json.of(Booked.class))
                                .key(Booked::account, Text.serde()));
        return sinks.behind(flow).build();
    }

    /** The other system is slow, and away now and then. */
    private static Order asked(Order order, KillPoints points, Fn<Order, Order> checked) throws Exception {
        points.at(CallPoint.CALLING);
        Thread.sleep(roundTrip(order));
        if (ThreadLocalRandom.current().nextInt(FAILING) == 0) {
            throw new IOException("the other system is away: the order waits for its retry");
        }
        return checked.apply(order);
    }

    /**
     * @param url of the target, which is not the application's own database
     * @param folder below which files are written; all instances have the same
     */
    @Bean
    JobSinks sinks(@Value("${crash.target}") String url, @Value("${crash.files}") Path folder, KillPoints points) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("target");
        pool.setJdbcUrl(url);
        pool.setUsername("waybill");
        pool.setPassword("waybill");
        pool.setMaximumPoolSize(8);
        pool.setMinimumIdle(1);
        pool.setConnectionTimeout(5_000);
        // It may be away when this starts.
        pool.setInitializationFailTimeout(-1);
        return new JobSinks(new HikariDataSource(pool), folder, points);
    }

    /** What the other system takes to answer: sometimes it knows at once. */
    private static Duration roundTrip(Order order) {
        int milliseconds = Math.floorMod(order.id().hashCode(), 40);
        return Duration.ofMillis(milliseconds > 20 ? 0 : milliseconds);
    }

    private static String label(Order.Line line) {
        return line.order() + "#" + line.number();
    }

    static <T, R> Fn<T, R> judged(Fn<T, R> business) {
        return value -> {
            try {
                return business.apply(value);
            } catch (Booking.Unbookable unbookable) {
                throw Poison.because("UNBOOKABLE", "%s", String.valueOf(unbookable.getMessage()));
            }
        };
    }

    @Bean
    KillPoints killPoints(@Value("${crash.order:}") String order) {
        KillPoints points = new KillPoints();
        points.take(order);
        Parent.listen(points::take);
        return points;
    }

    @EventListener(ApplicationReadyEvent.class)
    void ready() {
        Parent.tell(Word.READY, "");
    }
}
