package io.waybill.embedded;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Both servers, started at once on threads of their own; who asks for one waits for that one only. Before the
 * application counts as started both must run, whether anybody asked or not.
 */
final class EmbeddedServers implements SmartInitializingSingleton, AutoCloseable {

    private final DataFolder folder;
    private final CompletableFuture<EmbeddedKafka> kafka;
    private final CompletableFuture<EmbeddedPostgres> postgres;

    private EmbeddedServers(DataFolder folder, EmbeddedProperties properties) {
        this.folder = folder;
        this.kafka = starting(
                "embedded-kafka",
                () -> EmbeddedKafka.start(
                        folder.path().resolve("kafka"),
                        properties.kafka().port(),
                        properties.kafka().controllerPort()));
        this.postgres = starting(
                "embedded-postgres",
                () -> EmbeddedPostgres.start(
                        folder.path().resolve("postgres"), properties.postgres().port()));
    }

    /** Returns at once. */
    static EmbeddedServers start(EmbeddedProperties properties) {
        return new EmbeddedServers(DataFolder.lock(properties.folder()), properties);
    }

    private static <T> CompletableFuture<T> starting(String thread, Supplier<T> start) {
        CompletableFuture<T> server = new CompletableFuture<>();
        Thread.ofPlatform().name(thread).start(() -> server.completeAsync(start, Runnable::run));
        return server;
    }

    /** Waits until it runs. */
    EmbeddedKafka kafka() {
        return started(kafka);
    }

    /** Waits until it runs. */
    EmbeddedPostgres postgres() {
        return started(postgres);
    }

    private static <T> T started(CompletableFuture<T> server) {
        try {
            return server.join();
        } catch (CompletionException failure) {
            throw failure.getCause() instanceof EmbeddedServerException clear ? clear : failure;
        }
    }

    @Override
    public void afterSingletonsInstantiated() {
        kafka();
        postgres();
    }

    /** Ends what was started; waits for what is starting still. */
    @Override
    public void close() {
        try {
            if (hasStarted(kafka)) {
                kafka.join().close();
            }
        } finally {
            try {
                if (hasStarted(postgres)) {
                    postgres.join().close();
                }
            } finally {
                folder.close();
            }
        }
    }

    private static boolean hasStarted(CompletableFuture<?> server) {
        return server.handle((started, failure) -> failure == null).join();
    }
}
