package io.waybill.crash;

import io.waybill.crash.console.ConsoleMain;
import io.waybill.crash.job.JobSinks;
import io.waybill.crash.job.JobTopics;
import io.waybill.crash.oracle.Violations;
import io.waybill.crash.process.Await;
import io.waybill.crash.process.BrokerMain;
import io.waybill.crash.process.ChildJvm;
import io.waybill.crash.process.FreePorts;
import io.waybill.crash.process.TcpProxy;
import io.waybill.crash.process.Word;
import io.waybill.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;

/** Broker, Postgres and instances, each a process of its own, on free loopback ports and in one folder. */
final class Cluster implements AutoCloseable {

    private static final int INSTANCES = 3;
    private static final int BROKER_HEAP = 384;
    private static final int CONSOLE_HEAP = 192;
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    private final Path folder;
    private final List<String> brokerArguments = new ArrayList<>();
    private final int brokerPort;
    private final int postgresPort;
    private final int consolePort;
    private final List<Slot> slots = new ArrayList<>();
    private final ScheduledExecutorService supervisor = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("supervisor").factory());
    private ChildJvm broker;
    private EmbeddedPostgres postgres;
    private @Nullable ChildJvm console;

    private Cluster(Path folder, Judged judged, Violations violations) throws IOException {
        this.folder = Files.createDirectories(folder);
        List<Integer> ports = FreePorts.take(4 + 3 * INSTANCES);
        this.brokerPort = ports.get(0);
        this.postgresPort = ports.get(2);
        brokerArguments.addAll(List.of(
                folder.resolve("kafka").toString(),
                ports.get(0).toString(),
                ports.get(1).toString()));
        for (int i = 0; i < INSTANCES; i++) {
            int behind = ports.get(3 + 3 * i);
            int advertised = ports.get(4 + 3 * i);
            brokerArguments.add(behind + ":" + advertised);
            slots.add(new Slot(
                    i + 1,
                    judged,
                    new TcpProxy(advertised, behind),
                    new TcpProxy(ports.get(5 + 3 * i), postgresPort),
                    jdbcUrl(postgresPort),
                    folder,
                    violations));
        }
        this.consolePort = ports.getLast();
        this.broker = startBroker();
        this.postgres = startPostgres();
    }

    /** Returns when every instance can work. */
    static Cluster start(Path folder, Judged judged, Violations violations) throws Exception {
        Cluster cluster = new Cluster(folder, judged, violations);
        try {
            cluster.awaitBroker();
            cluster.createTopics();
            if (judged == Judged.WAYBILL) {
                cluster.createTargets();
            }
            cluster.slots.forEach(Slot::start);
            if (judged == Judged.WAYBILL) {
                cluster.startConsole();
            }
            var unused = cluster.supervisor.scheduleWithFixedDelay(
                    cluster::supervise, BETWEEN_LOOKS.toMillis(), BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
            return cluster;
        } catch (Exception | Error e) {
            cluster.close();
            throw e;
        }
    }

    private void supervise() {
        slots.forEach(Slot::supervise);
        ChildJvm current = console;
        if (current != null && !current.alive()) {
            startConsole();
        }
    }

    private synchronized void startConsole() {
        console = ChildJvm.start(
                folder.resolve("console.log"),
                CONSOLE_HEAP,
                ConsoleMain.class,
                List.of(
                        "--server.port=" + consolePort,
                        "--server.address=127.0.0.1",
                        "--spring.main.banner-mode=off",
                        "--spring.kafka.bootstrap-servers=" + bootstrapServers(),
                        "--spring.datasource.url=" + jdbcUrl(postgresPort),
                        "--spring.datasource.username=waybill",
                        "--spring.datasource.password=waybill",
                        "--spring.datasource.hikari.maximum-pool-size=6",
                        "--spring.datasource.hikari.connection-timeout=5000",
                        "--waybill.engine.enabled=false",
                        "--waybill.max-payload-size=1MB"));
    }

    /** It is started again at once. */
    synchronized void killConsole() {
        ChildJvm current = console;
        if (current != null) {
            current.kill();
        }
    }

    int consolePort() {
        return consolePort;
    }

    private void createTopics() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            admin.createTopics(Set.of(
                            new NewTopic(JobTopics.ORDERS, JobTopics.PARTITIONS, (short) 1),
                            new NewTopic(JobTopics.BOOKED, JobTopics.PARTITIONS, (short) 1),
                            new NewTopic(JobTopics.GIVEN_UP, JobTopics.PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
    }

    /** Tables and folders of the job's sinks. */
    private void createTargets() throws Exception {
        for (String name : JobSinks.folders()) {
            Files.createDirectories(files().resolve(name));
        }
        try (Connection connection = DriverManager.getConnection(jdbcUrl(), "waybill", "waybill");
                Statement statement = connection.createStatement()) {
            for (String table : JobSinks.tables()) {
                boolean unused = statement.execute(JobSinks.ddl(table));
            }
        }
    }

    List<String> topicsEnding(String suffix) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            return admin.listTopics().names().get().stream()
                    .filter(name -> name.endsWith(suffix))
                    .toList();
        }
    }

    private ChildJvm startBroker() {
        return ChildJvm.start(folder.resolve("broker.log"), BROKER_HEAP, BrokerMain.class, brokerArguments);
    }

    private EmbeddedPostgres startPostgres() {
        return EmbeddedPostgres.start(folder.resolve("postgres"), postgresPort);
    }

    private void awaitBroker() {
        Await.until("the broker starts, see " + broker.log(), START, () -> {
            if (!broker.alive()) {
                throw new IllegalStateException(
                        "the broker ended with exit code " + broker.exitCode() + ", see " + broker.log());
            }
            return broker.said(Word.READY);
        });
    }

    /** Returns when it is there again. */
    void killBroker(Duration away) throws InterruptedException {
        broker.kill();
        Thread.sleep(away);
        broker = startBroker();
        awaitBroker();
    }

    void killPostgres(Duration away) throws InterruptedException {
        postgres.kill();
        Thread.sleep(away);
        postgres = startPostgres();
    }

    /** The broker's own address, which no proxy stands before. */
    String bootstrapServers() {
        return "127.0.0.1:" + brokerPort;
    }

    String jdbcUrl() {
        return jdbcUrl(postgresPort);
    }

    static String jdbcUrl(int port) {
        return "jdbc:postgresql://127.0.0.1:%d/waybill".formatted(port);
    }

    /** Below which the job's sinks write files. */
    Path files() {
        return folder.resolve("files");
    }

    List<Slot> slots() {
        return slots;
    }

    @Override
    public void close() throws IOException {
        supervisor.shutdownNow();
        for (Slot slot : slots) {
            slot.way().close();
            slot.wayToDatabase().close();
            try {
                slot.halt();
            } catch (IllegalStateException neverStarted) {
                // nothing to end
            }
        }
        killConsole();
        broker.kill();
        postgres.close();
    }
}
