package io.waybill.benchmarks.sinks;

import io.waybill.benchmarks.contest.Broker;
import io.waybill.benchmarks.contest.ChildJvm;
import io.waybill.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/**
 * Measures sinks: {@code benchmarks/run sinks [rows] [--systems name,name]}. One broker and one Postgres; each contender in a JVM
 * of its own, one after the other, brings all rows to an empty target, which is then checked. Rates are of the time in which
 * the last three quarters of the rows appear. Prints {@code ratio <sink>/<plain> <number>}.
 */
public final class SinksBenchmark {

    private static final int ROWS = 300_000;
    private static final String BROKER_HEAP = "1g";
    private static final String APP_HEAP = "512m";
    /** Counting a table takes its time, adding up the sizes of files does not. */
    private static final Duration LOOK_AT_TABLE = Duration.ofMillis(250);

    private static final Duration LOOK = Duration.ofMillis(25);
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final int rows;
    private final List<SinkContender> contenders;
    private final Path folder;
    private final String bootstrapServers;
    private final Admin admin;
    private final EmbeddedPostgres postgres;

    private SinksBenchmark(
            int rows,
            List<SinkContender> contenders,
            Path folder,
            String bootstrapServers,
            Admin admin,
            EmbeddedPostgres postgres) {
        this.rows = rows;
        this.contenders = contenders;
        this.folder = folder;
        this.bootstrapServers = bootstrapServers;
        this.admin = admin;
        this.postgres = postgres;
    }

    public static void main(String[] arguments) throws Exception {
        int rows = ROWS;
        List<SinkContender> contenders = List.of(SinkContender.values());
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "" -> {}
                case "--systems" ->
                    contenders = Stream.of(arguments[++i].split(","))
                            .map(SinkContender::of)
                            .toList();
                default -> rows = Integer.parseInt(arguments[i]);
            }
        }
        Path folder = Files.createTempDirectory("waybill-sinks");
        try (ChildJvm broker = ChildJvm.start(
                        Broker.class,
                        BROKER_HEAP,
                        folder.resolve("broker.log"),
                        folder.resolve("kafka").toString());
                EmbeddedPostgres postgres = EmbeddedPostgres.start(folder.resolve("postgres"))) {
            String bootstrapServers = broker.line();
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
                new SinksBenchmark(rows, contenders, folder, bootstrapServers, admin, postgres).run();
            }
        } catch (IOException | RuntimeException failure) {
            System.err.println("logs are kept in " + folder);
            throw failure;
        }
        FileSystemUtils.deleteRecursively(folder);
    }

    private void run() throws Exception {
        System.out.printf(Locale.ROOT, "%,d rows of %d bytes%n", rows, SinkRows.BYTES);
        admin.createTopics(Stream.of(SinkJob.INPUT, SinkJob.OUTPUT)
                        .map(topic -> new NewTopic(topic, Optional.of(SinkJob.PARTITIONS), Optional.of((short) 1)))
                        .toList())
                .all()
                .get();
        SinkRows.write(bootstrapServers, rows);
        Map<SinkContender, Double> rates = new EnumMap<>(SinkContender.class);
        for (SinkContender contender : contenders) {
            rates.put(contender, measure(contender));
        }
        rates.forEach((contender, rate) -> {
            if (contender.main() == PlainSinkJob.class) {
                contender.rivals().forEach(rival -> printRatio(rival, rates.get(rival), contender, rate));
            }
        });
    }

    private static void printRatio(SinkContender rival, @Nullable Double rate, SinkContender plain, double plainRate) {
        if (rate != null) {
            System.out.printf(Locale.ROOT, "ratio %s/%s %.2f%n", rival.label(), plain.label(), rate / plainRate);
        }
    }

    private double measure(SinkContender contender) throws Exception {
        SinkJob job = new SinkJob(
                contender,
                bootstrapServers,
                "sinks." + contender.label(),
                postgres.jdbcUrl(),
                folder.resolve(contender.label()));
        Target target = target(job);
        ChildJvm app =
                ChildJvm.start(contender.main(), APP_HEAP, folder.resolve(contender.label() + ".log"), job.arguments());
        double rate;
        double micros;
        try (app) {
            long cpuBefore;
            long begun = awaitRows(target, app, rows / 4);
            long first = target.rows();
            cpuBefore = app.cpu().toNanos();
            long ended = awaitRows(target, app, rows);
            rate = (rows - first) * 1e9 / (ended - begun);
            micros = (app.cpu().toNanos() - cpuBefore) / 1e3 / (rows - first);
        }
        target.verify(rows);
        System.out.printf(
                Locale.ROOT,
                "%-16s %,9.0f rows/s   CPU per row: %5.1f us   %s%n",
                contender.label(),
                rate,
                micros,
                app.line());
        deleteTopicsOfContender();
        return rate;
    }

    private Target target(SinkJob job) throws SQLException, IOException {
        return switch (job.contender().place()) {
            case NOWHERE -> new OutputTarget(admin, job.group());
            case TABLE -> new TableTarget(postgres.jdbcUrl());
            case FOLDER -> new FolderTarget(job.folder());
        };
    }

    /** @return when so many had arrived, by {@link System#nanoTime} */
    private static long awaitRows(Target target, ChildJvm app, long expected) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            app.requireAlive();
            long asked = System.nanoTime();
            if (target.rows() >= expected) {
                return asked;
            }
            Thread.sleep(target instanceof TableTarget ? LOOK_AT_TABLE : LOOK);
        }
        throw new IllegalStateException(
                "expected %d rows within %s, but there are %d".formatted(expected, PATIENCE, target.rows()));
    }

    /** What one contender wrote is not the next one's burden. */
    private void deleteTopicsOfContender() throws InterruptedException, ExecutionException {
        Set<String> topics = new HashSet<>(admin.listTopics().names().get());
        topics.removeAll(List.of(SinkJob.INPUT, SinkJob.OUTPUT));
        admin.deleteTopics(new ArrayList<>(topics)).all().get();
    }
}
