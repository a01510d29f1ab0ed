package io.waybill.crash.console;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The REST API of dead letters as a script uses it. An answer that is missing or no success tells nothing: null. */
final class DeskClient {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final String base;

    DeskClient(int port) {
        this.base = "http://127.0.0.1:" + port + "/api/";
    }

    /**
     * A dead letter as it stands.
     *
     * @param orders ids of replays and discards, oldest first
     */
    record Case(
            String id,
            String label,
            String status,
            @Nullable String payload,
            List<String> orders) {}

    /** The newest ones that nobody has touched. */
    List<String> newestOpen(int limit) {
        JsonNode page = send(HttpRequest.newBuilder(uri("dead-letters?status=OPEN&limit=" + limit)));
        return page == null
                ? List.of()
                : page.get("deadLetters")
                        .valueStream()
                        .map(one -> text(one, "id"))
                        .toList();
    }

    @Nullable
    Case look(String id) {
        JsonNode found = send(HttpRequest.newBuilder(uri("dead-letters/" + id)));
        if (found == null) {
            return null;
        }
        boolean whole = text(found, "path").isEmpty();
        return new Case(
                id,
                text(found, whole ? "messageId" : "label"),
                text(found, "status"),
                found.get("payload").stringValue(null),
                found.get("replays").valueStream().map(one -> text(one, "id")).toList());
    }

    boolean revise(String id, String payload) {
        return post("dead-letters/" + id + "/revisions", Map.of("basedOn", 0, "payload", payload)) != null;
    }

    boolean replay(String id, int revision) {
        return post("replays", Map.of("deadLetterId", id, "revision", revision)) != null;
    }

    boolean discard(String id) {
        return post("dead-letters/" + id + "/discard", Map.of("reason", "not worth it")) != null;
    }

    private @Nullable JsonNode post(String path, Map<String, Object> body) {
        return send(HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(body))));
    }

    private @Nullable JsonNode send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = http.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
            return answer.statusCode() / 100 == 2 ? JSON.readTree(answer.body()) : null;
        } catch (IOException lost) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private URI uri(String path) {
        return URI.create(base + path);
    }

    private static String text(JsonNode node, String field) {
        return node.get(field).stringValue("");
    }
}
