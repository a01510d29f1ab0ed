package io.waybill.benchmarks.calls;

import io.waybill.benchmarks.w.Broker;
import io.waybill.benchmarks.w.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * {@code benchmarks/run calls [records [runs]]}: every record asks another system that answers after 10 ms, at most 1,000 at
 * once, in the order of its key. Prints each run, and the ratios of the medians of their rates. The clock runs from the
 * first quarter of the records on, and ends with the committed offset of the last.
 */
public final class CallsBenchmark {

    private static final String INPUT = "calls-input";
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final int records;
    private final Path folder;
    private final String bootstrapServers;
    private final ChildJvm broker;
    private final Admin admin;

    private CallsBenchmark(int records, Path folder, String bootstrapServers, ChildJvm broker, Admin admin) {
        this.records = records;
        this.folder = folder;
        this.bootstrapServers = bootstrapServers;
        this.broker = broker;
        this.admin = admin;
    }

    private enum Contender {
        WAYBILL("waybill", WaybillCalls.class, ""),
        TRANSACTIONAL("parallel-consumer-transactional", ParallelConsumerCalls.class, "true"),
        AT_LEAST_ONCE("parallel-consumer-at-least-once", ParallelConsumerCalls.class, "false");

        private final String label;
        private final Class<?> main;
        private final String more;

        Contender(String label, Class<?> main, String more) {
            this.label = label;
            this.main = main;
            this.more = more;
        }
    }

    private record Figures(double perSecond, double appMicros, double brokerMicros) {}

    public static void main(String[] arguments) throws Exception {
        List<String> given =
                List.of(arguments).stream().filter(a -> !a.isEmpty()).toList();
        int records = given.isEmpty() ? 400_000 : Integer.parseInt(given.get(0));
        int runs = given.size() < 2 ? 1 : Integer.parseInt(given.get(1));
        Path folder = Files.createTempDirectory("waybill-calls");
        try (ChildJvm broker = ChildJvm.start(
                Broker.class,
                "1g",
                folder.resolve("broker.log"),
                folder.resolve("kafka").toString())) {
            String bootstrapServers = broker.line();
            try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
                new CallsBenchmark(records, folder, bootstrapServers, broker, admin).run(runs);
            }
        }
    }

    private void run(int runs) throws Exception {
        System.out.printf("%,d records, %d run(s)%n", records, runs);
        create(INPUT);
        Records.write(bootstrapServers, INPUT, records);
        Map<Contender, List<Figures>> all = new EnumMap<>(Contender.class);
        for (int run = 1; run <= runs; run++) {
            for (Contender contender : Contender.values()) {
                Figures figures = run(contender, run);
                System.out.printf(
                        Locale.ROOT,
                        "run %d %-32s %,8.0f records/s   CPU per record: app %6.2f us, broker %5.2f us%n",
                        run,
                        contender.label,
                        figures.perSecond(),
                        figures.appMicros(),
                        figures.brokerMicros());
                all.computeIfAbsent(contender, c -> new ArrayList<>()).add(figures);
            }
        }
        double waybill = median(all.getOrDefault(Contender.WAYBILL, List.of()));
        all.forEach((contender, figures) ->
                System.out.printf(Locale.ROOT, "ratio waybill/%s %.2f%n", contender.label, waybill / median(figures)));
    }

    private static double median(List<Figures> figures) {
        double[] sorted =
                figures.stream().mapToDouble(Figures::perSecond).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private Figures run(Contender contender, int run) throws Exception {
        String name = contender.label + "-" + run;
        CallsJob job = new CallsJob(
                bootstrapServers, INPUT, name + "-output", "c" + run + "." + contender.label, folder.resolve(name));
        create(job.output());
        List<String> arguments = new ArrayList<>(List.of(job.arguments()));
        arguments.add(contender.more);
        Figures figures;
        try (ChildJvm app = ChildJvm.start(
                contender.main, "512m", folder.resolve(name + ".log"), arguments.toArray(String[]::new))) {
            figures = follow(app, job.group());
        }
        Records.verify(bootstrapServers, job.output(), records);
        return figures;
    }

    private Figures follow(ChildJvm app, String group) throws InterruptedException, ExecutionException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        long from = 0;
        long fromNanos = 0;
        Duration fromApp = Duration.ZERO;
        Duration fromBroker = Duration.ZERO;
        while (System.nanoTime() < end) {
            app.requireAlive();
            long done = committed(group);
            if (from == 0 && done >= records / 4) {
                from = done;
                fromNanos = System.nanoTime();
                fromApp = app.cpu();
                fromBroker = broker.cpu();
            }
            if (done >= records) {
                double counted = done - from;
                return new Figures(
                        counted * 1e9 / (System.nanoTime() - fromNanos),
                        app.cpu().minus(fromApp).toNanos() / 1e3 / counted,
                        broker.cpu().minus(fromBroker).toNanos() / 1e3 / counted);
            }
            Thread.sleep(LOOK);
        }
        throw new IllegalStateException(
                "expected %d records within %s, but %d are committed".formatted(records, PATIENCE, committed(group)));
    }

    private long committed(String group) throws InterruptedException, ExecutionException {
        long sum = 0;
        for (OffsetAndMetadata offset : admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .values()) {
            sum += offset == null ? 0 : offset.offset();
        }
        return sum;
    }

    private void create(String topic) throws InterruptedException, ExecutionException {
        NewTopic created = new NewTopic(topic, Optional.of(CallsJob.PARTITIONS), Optional.of((short) 1));
        admin.createTopics(List.of(created)).all().get();
    }
}
