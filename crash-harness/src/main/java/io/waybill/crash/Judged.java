package io.waybill.crash;

import io.waybill.crash.job.WaybillJob;
import io.waybill.crash.peer.spring.SpringKafkaJob;
import io.waybill.crash.peer.streams.StreamsJob;
import io.waybill.log.kafka.GroupProtocol;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A system that does the job, and how one of its instances is started. */
enum Judged {
    WAYBILL(WaybillJob.class, 256) {
        @Override
        List<String> arguments(Instance instance) {
            List<String> arguments = new ArrayList<>(List.of(
                    "--spring.main.web-application-type=none",
                    "--spring.main.banner-mode=off",
                    "--spring.kafka.bootstrap-servers=" + instance.bootstrapServers(),
                    "--spring.datasource.url=" + instance.jdbcUrl(),
                    "--spring.datasource.username=waybill",
                    "--spring.datasource.password=waybill",
                    "--spring.datasource.hikari.maximum-pool-size=4",
                    "--spring.datasource.hikari.minimum-idle=1",
                    "--spring.datasource.hikari.connection-timeout=5000",
                    "--waybill.state-folder=" + instance.state(),
                    "--waybill.engine.store-memory=32MB",
                    "--waybill.max-payload-size=1MB",
                    "--waybill.group-protocol=" + instance.protocol(),
                    // Dead letters are another process's business here.
                    "--spring.autoconfigure.exclude="
                            + "io.waybill.deadletters.autoconfigure.DeadLetterAutoConfiguration",
                    "--crash.target=" + instance.targetUrl(),
                    "--crash.files=" + instance.files(),
                    "--crash.calls=" + CALLS,
                    "--crash.order=" + instance.order()));
            if (instance.number() == STATIC_MEMBER) {
                arguments.add("--waybill.instance-id=instance-" + instance.number());
            }
            return arguments;
        }
    },

    KAFKA_STREAMS(StreamsJob.class, 160) {
        @Override
        List<String> arguments(Instance instance) {
            return List.of(instance.bootstrapServers(), instance.state().toString());
        }
    },

    /** With the usual inbox: an id that is there was done. */
    SPRING_KAFKA(SpringKafkaJob.class, 160) {
        @Override
        List<String> arguments(Instance instance) {
            return onSpring(instance, "ID");
        }
    },

    /** With an inbox that can tell a record come again from a resend of its message. */
    SPRING_KAFKA_WITH_POSITIONS(SpringKafkaJob.class, 160) {
        @Override
        List<String> arguments(Instance instance) {
            return onSpring(instance, "ID_AND_POSITION");
        }
    };

    /** Whether Waybill's job asks another system about each order. */
    static final boolean CALLS = Boolean.getBoolean("waybill.crash.calls");

    /** One of the instances keeps its name over restarts, the others are new members each time. */
    private static final int STATIC_MEMBER = 3;

    private final Class<?> main;
    private final int heapMegabytes;

    Judged(Class<?> main, int heapMegabytes) {
        this.main = main;
        this.heapMegabytes = heapMegabytes;
    }

    abstract List<String> arguments(Instance instance);

    private static List<String> onSpring(Instance instance, String inbox) {
        return List.of(
                "--spring.main.web-application-type=none",
                "--spring.main.banner-mode=off",
                "--spring.kafka.bootstrap-servers=" + instance.bootstrapServers(),
                "--spring.kafka.producer.transaction-id-prefix=orders-" + instance.number() + "-",
                "--spring.kafka.producer.key-serializer=" + ByteArraySerializer.class.getName(),
                "--spring.kafka.producer.value-serializer=" + ByteArraySerializer.class.getName(),
                "--spring.kafka.consumer.key-deserializer=" + ByteArrayDeserializer.class.getName(),
                "--spring.kafka.consumer.value-deserializer=" + ByteArrayDeserializer.class.getName(),
                "--spring.kafka.consumer.isolation-level=read_committed",
                "--spring.kafka.consumer.auto-offset-reset=earliest",
                "--spring.kafka.consumer.properties.session.timeout.ms=6000",
                "--spring.kafka.consumer.properties.heartbeat.interval.ms=2000",
                // As Kafka Streams does with exactly_once_v2: what a dead producer left open holds readers back.
                "--spring.kafka.producer.properties.transaction.timeout.ms=10000",
                "--spring.datasource.url=" + instance.jdbcUrl(),
                "--spring.datasource.username=waybill",
                "--spring.datasource.password=waybill",
                "--job.inbox=" + inbox);
    }

    Class<?> main() {
        return main;
    }

    int heapMegabytes() {
        return heapMegabytes;
    }

    /**
     * What an instance is told at its start.
     *
     * @param number from 1
     * @param bootstrapServers the way to the broker that only this instance takes
     * @param jdbcUrl of the application's own database
     * @param targetUrl the way to the same server that only the sinks of this instance take
     * @param files the folder of all instances for sinks that write files
     * @param state a folder for its local stores
     * @param order for its kill points; may be empty
     * @param protocol of its consumer group, where it offers a choice
     */
    record Instance(
            int number,
            String bootstrapServers,
            String jdbcUrl,
            String targetUrl,
            Path files,
            Path state,
            String order,
            GroupProtocol protocol) {}
}
