package io.waybill.tracking.webhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Another system: a real server on loopback that answers as the test wants, and keeps what it was told. */
final class Receiver implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Told> told = new CopyOnWriteArrayList<>();

    record Told(String path, String body, Map<String, List<String>> headers) {

        String header(String name) {
            return headers.getOrDefault(
                            name.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + name.substring(1), List.of(""))
                    .getFirst();
        }
    }

    /** What it does with a request that it has kept. */
    interface Answer {

        void to(HttpExchange exchange, Told told) throws IOException, InterruptedException;
    }

    Receiver(Answer answer) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            Told request = new Told(
                    exchange.getRequestURI().getPath(),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                    Map.copyOf(exchange.getRequestHeaders()));
            told.add(request);
            try {
                answer.to(exchange, request);
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            } finally {
                exchange.close();
            }
        });
        server.start();
    }

    /** One that says this status to all. */
    static Receiver that(int status) throws IOException {
        return new Receiver((exchange, told) -> exchange.sendResponseHeaders(status, -1));
    }

    URI url() {
        return URI.create(
                "http://127.0.0.1:%d/hook".formatted(server.getAddress().getPort()));
    }

    List<Told> told() {
        return told;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
