package io.waybill.journey;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The sample application as a process of its own on free loopback ports, with its data in one folder. May be killed
 * and started again on the same folder.
 */
final class SampleApp implements AutoCloseable {

    static final String PASSWORD = "journey-password";

    private static final Duration START = Duration.ofMinutes(2);

    private final Path folder;
    private final int http;
    private final int kafka;
    private final int controller;
    private final int postgres;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final JsonMapper json = new JsonMapper();
    private Process process;
    private int starts;

    SampleApp(Path folder) throws IOException {
        this.folder = folder;
        List<Integer> ports = freePorts(4);
        this.http = ports.get(0);
        this.kafka = ports.get(1);
        this.controller = ports.get(2);
        this.postgres = ports.get(3);
        this.process = new ProcessBuilder("true").start();
    }

    /** Returns when the process runs; {@link #awaitConsole} waits until it can be used. */
    void start(String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx768m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "io.waybill.samples.payments.PaymentsApplication",
                "--server.port=" + http,
                "--waybill.embedded.data-folder=" + folder,
                "--waybill.state-folder=" + folder.resolve("state"),
                "--waybill.embedded.kafka.port=" + kafka,
                "--waybill.embedded.kafka.controller-port=" + controller,
                "--waybill.embedded.postgres.port=" + postgres));
        command.addAll(List.of(more));
        starts++;
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log().toFile());
        builder.environment().put("WAYBILL_OPERATOR_PASSWORD", PASSWORD);
        process = builder.start();
    }

    Path log() {
        return folder.resolveSibling("app-" + starts + ".log");
    }

    Path inbox() throws IOException {
        return Files.createDirectories(folder.resolve("inbox/payment-files"));
    }

    String bootstrapServers() {
        return "127.0.0.1:" + kafka;
    }

    String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:%d/waybill".formatted(postgres);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + http + path);
    }

    void awaitConsole() {
        Await.until("the console answers", START, () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("the application ended with exit code " + process.exitValue() + ": "
                        + Files.readString(log(), StandardCharsets.UTF_8));
            }
            try {
                return client.send(
                                        HttpRequest.newBuilder(uri("/login"))
                                                .timeout(Duration.ofSeconds(5))
                                                .build(),
                                        HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 200;
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    /** SIGKILL: nothing of the process can react. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    /** SIGKILL of the Postgres beside it, which is a process of its own. Nobody starts it again but the application's start. */
    void killPostgres() throws IOException, InterruptedException, ExecutionException, TimeoutException {
        Path pid = folder.resolve("postgres/cluster/postmaster.pid");
        ProcessHandle server = ProcessHandle.of(
                        Long.parseLong(Files.readAllLines(pid).getFirst().strip()))
                .orElseThrow();
        server.destroyForcibly();
        var unused = server.onExit().get(10, TimeUnit.SECONDS);
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return json.readTree(send(request(path).GET()).body());
    }

    HttpResponse<String> post(String path, String contentType, byte[] body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                request(path).header("Content-Type", contentType).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private HttpRequest.Builder request(String path) {
        String credentials =
                Base64.getEncoder().encodeToString(("operator:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Basic " + credentials);
    }

    /**
     * Below the range from which Linux takes the ports of outgoing connections, and for each process of the build from
     * a range of its own: while an application is down, its ports look free.
     */
    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            int fork = Integer.getInteger("waybill.fork", 0);
            int candidate =
                    20_000 + fork * 3_000 + (int) (ProcessHandle.current().pid() % 2_900);
            while (sockets.size() < count) {
                try {
                    sockets.add(new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress()));
                } catch (IOException taken) {
                    // the next one
                }
                candidate++;
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    /** An orderly end: it stops its Postgres as well. */
    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
