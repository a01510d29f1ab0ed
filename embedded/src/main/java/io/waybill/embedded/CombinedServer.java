package io.waybill.embedded;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server$;
import kafka.server.SharedServer;
import kafka.server.StandardFaultHandlerFactory;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.loader.LoaderManifest;
import org.apache.kafka.image.publisher.MetadataPublisher;
import org.apache.kafka.metadata.BrokerRegistration;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.ServerSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Controller and broker of one node, put together as Kafka's own {@link KafkaRaftServer} does, except that the broker
 * starts only once the controller no longer takes an earlier process of the node for alive.
 *
 * <p>After kill -9 it does so for {@code broker.session.timeout.ms}. A broker that starts meanwhile finds itself leader
 * of everything; when it is fenced at last, its transaction coordinator takes the partitions for deleted and skips the
 * markers of commits that were acknowledged (KAFKA-20734, in Kafka 4.3.1). What those transactions wrote, and all that
 * follows it in its partitions, would stay invisible to whoever reads what is committed.
 */
final class CombinedServer {

    private static final Logger LOG = LoggerFactory.getLogger(CombinedServer.class);
    private static final long PATIENCE_SECONDS = 60;

    private final SharedServer shared;
    private final ControllerServer controller;
    private final BrokerServer broker;

    CombinedServer(KafkaConfig config) {
        var logDirs = KafkaRaftServer.initializeLogDirs(config, LOG, "");
        Metrics metrics = Server$.MODULE$.initializeMetrics(
                config, Time.SYSTEM, logDirs._1().clusterId().orElseThrow());
        QuorumConfig quorum = config.quorumConfig();
        this.shared = new SharedServer(
                config,
                logDirs._1(),
                Time.SYSTEM,
                metrics,
                CompletableFuture.completedFuture(QuorumConfig.parseVoterConnections(quorum.voters())),
                QuorumConfig.parseBootstrapServers(quorum.bootstrapServers()),
                new StandardFaultHandlerFactory(),
                ServerSocketFactory.INSTANCE);
        this.broker = new BrokerServer(shared);
        this.controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), logDirs._2());
    }

    /** Returns when clients can connect. */
    void start() throws Exception {
        controller.startup();
        awaitNobodyAlive();
        broker.startup();
    }

    private void awaitNobodyAlive() throws Exception {
        NobodyAlive seen = new NobodyAlive();
        shared.loader().installPublishers(List.of(seen)).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        seen.future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        shared.loader().removeAndClosePublisher(seen).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Ends both in order; repeating it does nothing. */
    void shutdown() {
        broker.shutdown();
        controller.shutdown();
        broker.awaitShutdown();
        controller.awaitShutdown();
    }

    /** Hears what the controller holds true, the first time with everything that the metadata log says. */
    private static final class NobodyAlive implements MetadataPublisher {

        private final CompletableFuture<Void> future = new CompletableFuture<>();

        @Override
        public String name() {
            return "nobody-alive";
        }

        @Override
        public void onMetadataUpdate(MetadataDelta delta, MetadataImage image, LoaderManifest manifest) {
            BrokerRegistration earlier = image.cluster().broker(BrokerSettings.NODE_ID);
            if (earlier == null || earlier.fenced()) {
                future.complete(null);
            }
        }
    }
}
