package io.waybill.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;

/**
 * A Kafka broker (KRaft, combined with its controller) in this JVM, on loopback. Started again on the same folder it has
 * its topics, groups and transactions back. It registers no shutdown hook: close it after everything that uses it.
 * Topics are not created by use. Safe for any thread.
 */
public final class EmbeddedKafka implements AutoCloseable {

    private static final String NAME = "the embedded Kafka";

    private final CombinedServer server;
    private final DataFolder folder;
    private final int port;

    private EmbeddedKafka(CombinedServer server, DataFolder folder, int port) {
        this.server = server;
        this.folder = folder;
        this.port = port;
    }

    /** Starts a broker on any free ports. */
    public static EmbeddedKafka start(Path dataFolder) {
        return start(dataFolder, 0, 0);
    }

    /** Starts a broker on this port, its controller on any free one. */
    public static EmbeddedKafka start(Path dataFolder, int port) {
        return start(dataFolder, port, 0);
    }

    /**
     * Returns when clients can connect.
     *
     * @param port 0 for any free one
     * @param controllerPort 0 for any free one
     * @throws EmbeddedServerException where a port is taken, the folder is in use, or the broker refuses to start
     */
    public static EmbeddedKafka start(Path dataFolder, int port, int controllerPort) {
        return start(dataFolder, port, controllerPort, Map.of());
    }

    /**
     * The same with the broker's own settings in place of ours, for example further listeners.
     *
     * @param settings as {@code server.properties} names them
     */
    public static EmbeddedKafka start(Path dataFolder, int port, int controllerPort, Map<String, String> settings) {
        return start(dataFolder, port, controllerPort, settings, Map.of());
    }

    /**
     * The same, with levels of features in place of the newest ones.
     *
     * @param features by name, for example {@code transaction.version}; they count when the folder is first used
     */
    public static EmbeddedKafka start(
            Path dataFolder, int port, int controllerPort, Map<String, String> settings, Map<String, Short> features) {
        DataFolder folder = DataFolder.lock(dataFolder);
        try {
            int clients = Ports.claim(NAME, port, EmbeddedProperties.KAFKA_PORT);
            int controller =
                    Ports.claim("the controller of " + NAME, controllerPort, EmbeddedProperties.CONTROLLER_PORT);
            Path log = folder.path().resolve("log");
            format(log, features);
            Properties all = BrokerSettings.of(log, clients, controller);
            all.putAll(settings);
            return new EmbeddedKafka(startServer(all), folder, clients);
        } catch (EmbeddedServerException clear) {
            folder.close();
            throw clear;
        } catch (Exception failure) {
            folder.close();
            throw EmbeddedServerException.failed(NAME, folder.path(), failure);
        }
    }

    private static void format(Path log, Map<String, Short> features) throws Exception {
        FirstStart first = FirstStart.of(log);
        if (!first.isDue()) {
            return;
        }
        Files.createDirectories(log);
        try (PrintStream silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            Formatter formatter = new Formatter()
                    .setPrintStream(silent)
                    .setNodeId(BrokerSettings.NODE_ID)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
                    .setDirectories(List.of(log.toString()))
                    .setMetadataLogDirectory(log.toString())
                    .setFeatureLevel(Feature.ELIGIBLE_LEADER_REPLICAS_VERSION.featureName(), (short) 0)
                    .setIgnoreFormatted(true);
            features.forEach(formatter::setFeatureLevel);
            formatter.run();
        }
        first.done();
    }

    /** The broker finds its plug-ins by the context class loader, which in an executable jar not every thread has. */
    private static CombinedServer startServer(Properties settings) throws IOException, InterruptedException {
        CompletableFuture<CombinedServer> started = new CompletableFuture<>();
        Thread starter =
                new Thread(() -> started.completeAsync(() -> run(settings), Runnable::run), "embedded-kafka-start");
        starter.setContextClassLoader(EmbeddedKafka.class.getClassLoader());
        starter.start();
        starter.join();
        try {
            return started.join();
        } catch (CompletionException failure) {
            throw new IOException(failure.getCause());
        }
    }

    private static CombinedServer run(Properties settings) {
        CombinedServer server = new CombinedServer(KafkaConfig.fromProps(settings, false));
        try {
            server.start();
            return server;
        } catch (Exception failure) {
            server.shutdown();
            throw new CompletionException(failure);
        }
    }

    /** In the form of {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** Ends the broker in order; repeating it does nothing. */
    @Override
    public void close() {
        server.shutdown();
        folder.close();
    }
}
