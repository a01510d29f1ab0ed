package io.waybill.crash.peer.streams;

import io.waybill.crash.job.Booked;
import io.waybill.crash.job.Booking;
import io.waybill.crash.job.JobTopics;
import io.waybill.crash.job.Order;
import io.waybill.crash.peer.PeerPoints;
import io.waybill.crash.process.Parent;
import io.waybill.crash.process.Word;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.Stores;

/**
 * An instance on Kafka Streams: seen ids in a store, lines re-keyed by account over a repartition topic, totals in a
 * second store, what cannot be booked to a topic of its own; exactly_once_v2 throughout.
 */
public final class StreamsJob {

    static final String SEEN = "seen";
    static final String TOTALS = "totals";

    private static final Duration STOP = Duration.ofSeconds(5);

    private StreamsJob() {}

    /** @param arguments bootstrap servers, state folder */
    public static void main(String[] arguments) {
        KafkaStreams streams = new KafkaStreams(topology(), settings(arguments[0], arguments[1]));
        // The documented answer to a fenced or failing thread: another one takes over from the last commit.
        streams.setUncaughtExceptionHandler(failure -> StreamThreadExceptionResponse.REPLACE_THREAD);
        streams.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.RUNNING) {
                Parent.tell(Word.READY, "");
            }
        });
        new PeerPoints().listen();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> streams.close(STOP)));
        streams.start();
    }

    private static Properties settings(String bootstrapServers, String folder) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "orders-on-streams");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, folder);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        settings.put(StreamsConfig.consumerPrefix("session.timeout.ms"), 6_000);
        settings.put(StreamsConfig.consumerPrefix("heartbeat.interval.ms"), 2_000);
        settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        return settings;
    }

    private static Topology topology() {
        Booking booking = new Booking();
        Serde<String> text = Serdes.String();
        Serde<Order.Line> lines = JsonSerde.of(Order.Line.class);
        StreamsBuilder builder = new StreamsBuilder();
        builder.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(SEEN), text, Serdes.Long()));
        builder.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(TOTALS), text, Serdes.Long()));
        KStream<String, Step> checked = builder.stream(JobTopics.ORDERS, Consumed.with(text, JsonSerde.of(Order.class)))
                .process(() -> new CheckOrder(booking), SEEN);
        KStream<String, Step> totalled = checked.filter((key, step) -> step instanceof Step.Good)
                .map((key, step) -> Step.Good.lineOf(step))
                .repartition(Repartitioned.<String, Order.Line>as("accounts")
                        .withKeySerde(text)
                        .withValueSerde(lines))
                .process(AddToTotal::new, TOTALS);
        totalled.filter((key, step) -> step instanceof Step.Done)
                .mapValues(Step.Done::bookedOf)
                .to(JobTopics.BOOKED, Produced.with(text, JsonSerde.of(Booked.class)));
        checked.merge(totalled)
                .filter((key, step) -> step instanceof Step.GivenUp)
                .map((key, step) -> Step.GivenUp.recordOf(step))
                .to(JobTopics.GIVEN_UP, Produced.with(text, Serdes.ByteArray()));
        return builder.build();
    }
}
