package io.waybill.benchmarks.w;

import io.waybill.benchmarks.contest.Broker;
import io.waybill.benchmarks.contest.ChildJvm;
import io.waybill.benchmarks.contest.Figures;
import io.waybill.benchmarks.contest.Report;
import io.waybill.benchmarks.contest.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * Runs workload W: {@code benchmarks/run w [records] [--runs n] [--systems name,name] [--without-counts]}. Prints each
 * run, the medians, and {@code ratio <a>/<b> <number>} for every pair; ends with an error where a result is wrong.
 */
public final class WorkloadW {

    private static final String INPUT = "w-input";
    private static final int PARTITIONS = 8;
    private static final String BROKER_HEAP = "1g";
    private static final String APP_HEAP = "512m";

    private final Options options;
    private final Path folder;
    private final String bootstrapServers;
    private final ChildJvm broker;
    private final Admin admin;

    private WorkloadW(Options options, Path folder, String bootstrapServers, ChildJvm broker, Admin admin) {
        this.options = options;
        this.folder = folder;
        this.bootstrapServers = bootstrapServers;
        this.broker = broker;
        this.admin = admin;
    }

    public static void main(String[] arguments) throws Exception {
        Options options = Options.of(arguments);
        Path folder = Files.createTempDirectory("waybill-w");
        try (ChildJvm broker = ChildJvm.start(
                Broker.class,
                BROKER_HEAP,
                folder.resolve("broker.log"),
                folder.resolve("kafka").toString())) {
            String bootstrapServers = broker.line();
            try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
                new WorkloadW(options, folder, bootstrapServers, broker, admin).run();
            }
        } catch (IOException | RuntimeException failure) {
            System.err.println("logs are kept in " + folder);
            throw failure;
        }
        delete(folder);
    }

    private void run() throws IOException, InterruptedException, ExecutionException {
        System.out.printf("%,d records, %d run(s)%n", options.records(), options.runs());
        create(INPUT);
        Input.write(bootstrapServers, INPUT, options.records());
        Report report =
                new Report(Stream.of(Contender.values()).map(Contender::label).toList());
        for (int run = 1; run <= options.runs(); run++) {
            for (Contender contender : options.contenders()) {
                report.add(run, contender.label(), run(contender, run));
            }
        }
        report.print();
    }

    private Figures run(Contender contender, int run) throws IOException, InterruptedException, ExecutionException {
        String name = contender.label() + "-" + run;
        boolean counts = options.counts() && contender.deduplicates();
        Job job = new Job(
                bootstrapServers, INPUT, name + "-output", "w" + run + "." + name, folder.resolve(name), counts);
        create(job.output());
        Figures figures;
        try (ChildJvm app =
                ChildJvm.start(contender.main(), APP_HEAP, folder.resolve(name + ".log"), job.arguments())) {
            Watch watch = new Watch(admin, broker);
            figures = contender.claims()
                    ? watch.follow(app, job.group(), INPUT, job.output(), options.records())
                    : watch.follow(app, job.group(), options.records());
        }
        Verification.verify(bootstrapServers, job.output(), options.records(), contender.deduplicates(), counts);
        deleteTopicsBesideInput();
        delete(job.folder());
        return figures;
    }

    private void create(String topic) throws InterruptedException, ExecutionException {
        NewTopic topics = new NewTopic(topic, Optional.of(PARTITIONS), Optional.of((short) 1));
        admin.createTopics(List.of(topics)).all().get();
    }

    /** What one contender wrote is not the next one's burden. */
    private void deleteTopicsBesideInput() throws InterruptedException, ExecutionException {
        Set<String> topics = admin.listTopics().names().get();
        topics.remove(INPUT);
        admin.deleteTopics(topics).all().get();
    }

    private static void delete(Path path) throws IOException {
        if (Files.notExists(path)) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(each);
            }
        }
    }
}
