package io.waybill.benchmarks.calls;

import io.waybill.benchmarks.contest.Broker;
import io.waybill.benchmarks.contest.ChildJvm;
import io.waybill.benchmarks.contest.Figures;
import io.waybill.benchmarks.contest.Report;
import io.waybill.benchmarks.contest.Watch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * {@code benchmarks/run calls [records [runs]]}: every record asks another system that answers after 10 ms, at most 1,000 at
 * once, in the order of its key. Prints each run, and the ratios of the medians of their rates. The clock runs from the
 * first quarter of the records on, and ends with the committed offset of the last.
 */
public final class CallsBenchmark {

    private static final String INPUT = "calls-input";

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
        TRANSACTIONAL("parallel-consumer-transactional", ParallelConsumerCalls.class, "true"),
        AT_LEAST_ONCE("parallel-consumer-at-least-once", ParallelConsumerCalls.class, "false"),
        WAYBILL("waybill", WaybillCalls.class, "");

        private final String label;
        private final Class<?> main;
        private final String more;

        Contender(String label, Class<?> main, String more) {
            this.label = label;
            this.main = main;
            this.more = more;
        }
    }

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
        Report report = new Report(
                Stream.of(Contender.values()).map(contender -> contender.label).toList());
        for (int run = 1; run <= runs; run++) {
            for (Contender contender : Contender.values()) {
                report.add(run, contender.label, run(contender, run));
            }
        }
        report.print();
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
            figures = new Watch(admin, broker).follow(app, job.group(), records);
        }
        Records.verify(bootstrapServers, job.output(), records);
        return figures;
    }

    private void create(String topic) throws InterruptedException, ExecutionException {
        NewTopic created = new NewTopic(topic, Optional.of(CallsJob.PARTITIONS), Optional.of((short) 1));
        admin.createTopics(List.of(created)).all().get();
    }
}
