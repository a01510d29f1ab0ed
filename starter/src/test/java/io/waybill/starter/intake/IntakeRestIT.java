package io.waybill.starter.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.intake.Intake.Submission;
import io.waybill.intake.IntakeRefusedException;
import io.waybill.intake.IntakeUnavailableException;
import io.waybill.starter.ScriptedIntake;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "server.address=127.0.0.1",
            "waybill.intake.max-buffered=2MB",
            "waybill.intake.patience=100ms",
            "spring.autoconfigure.exclude=org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration,io.waybill.starter.LogAutoConfiguration,io.waybill.starter.engine.EngineAutoConfiguration"
        })
class IntakeRestIT {

    private static final int MAX = 100_000;
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Autowired
    private ScriptedIntake intake;

    @Value("${local.server.port}")
    private int port;

    @BeforeEach
    void takeAll() {
        intake.taken.clear();
        intake.answer(submission -> {});
    }

    @Test
    void answersWithTheTrackingIdAndWhereItsFlowIs() throws Exception {
        HttpResponse<String> response =
                send(request("orders").header("Message-Id", "A7"), BodyPublishers.ofString("hello"));

        JsonNode body = JSON.readTree(response.body());
        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(body.get("messageId").asString()).isEqualTo("A7");
        assertThat(body.get("pipeline").asString()).isEqualTo("orders");
        assertThat(response.headers().firstValue("Location"))
                .contains("/api/flows/" + body.get("trackingId").asString());
    }

    @Test
    void passesTheBytesAndTheFourHeadersOn() throws Exception {
        byte[] bytes = {0, -1, 10, 13, 127};
        send(
                request("orders")
                        .header("Message-Id", "A7")
                        .header("Batch-Id", "B1")
                        .header("Name", "orders.bin")
                        .header("Content-Type", "application/octet-stream")
                        .header("X-Other", "no"),
                BodyPublishers.ofByteArray(bytes));

        Submission taken = intake.taken.getFirst();
        assertThat(taken.payload()).isEqualTo(bytes);
        assertThat(taken.headers().all())
                .extracting(header -> header.name() + "=" + new String(header.value(), UTF_8))
                .containsExactly(
                        "Message-Id=A7", "Batch-Id=B1", "Name=orders.bin", "Content-Type=application/octet-stream");
        assertThat(taken.key()).isNull();
    }

    @Test
    void takesABodyOfUnknownLengthUpToTheLimit() throws Exception {
        byte[] largest = new byte[MAX];
        HttpResponse<String> response =
                send(request("orders"), BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(largest)));

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(intake.taken.getFirst().payload()).hasSize(MAX);
    }

    @ParameterizedTest
    @ValueSource(ints = {MAX + 1, 50_000_000})
    void refusesATooLargeBodyNamingTheLimit(int size) throws Exception {
        byte[] body = new byte[size];
        assertTooLarge(send(request("orders"), BodyPublishers.ofByteArray(body)));
        assertTooLarge(send(request("orders"), BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))));
        assertThat(intake.taken).isEmpty();
    }

    @Test
    void refusesAnUnknownPipelineNamingThoseThatThereAre() throws Exception {
        HttpResponse<String> response = send(request("ordrs"), BodyPublishers.ofByteArray(new byte[5_000_000]));

        assertProblem(response, 404, "UNKNOWN_PIPELINE", "ordrs");
        assertThat(JSON.readTree(response.body()).get("pipelines").toString()).isEqualTo("[\"invoices\",\"orders\"]");
    }

    @Test
    void letsTheIntakeJudgeAnIdOf10Kilobytes() throws Exception {
        intake.answer(submission -> {
            int length = submission.headers().text("Message-Id").orElse("").length();
            throw IntakeRefusedException.badId("expected at most 512 bytes, but was " + length);
        });

        HttpResponse<String> response =
                send(request("orders").header("Message-Id", "a".repeat(10_000)), BodyPublishers.ofString("x"));

        assertProblem(response, 400, "INVALID_ID", "but was 10000");
    }

    @Test
    void saysThatTheBrokerIsAway() throws Exception {
        intake.answer(submission -> {
            throw IntakeUnavailableException.noAcknowledgement("orders.in", new IllegalStateException("away"));
        });

        HttpResponse<String> response = send(request("orders"), BodyPublishers.ofString("x"));

        assertProblem(response, 503, "INTAKE_UNAVAILABLE", "no acknowledgement");
        assertThat(response.headers().firstValue("Retry-After")).contains("5");
    }

    @Test
    void takesRawBytesThatAClientCallsAForm() throws Exception {
        HttpResponse<String> response = send(
                request("orders").header("Content-Type", "application/x-www-form-urlencoded"),
                BodyPublishers.ofString("<raw a=\"b\">&</raw>"));

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(intake.taken.getFirst().payload()).asString(UTF_8).isEqualTo("<raw a=\"b\">&</raw>");
        assertThat(intake.taken.getFirst().headers().text("Content-Type")).isEmpty();
    }

    @Test
    void refusesAMultipartFormInsteadOfTakingNothing() throws Exception {
        String form = "--x\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\nhello\r\n--x--\r\n";
        HttpResponse<String> response = send(
                request("orders").header("Content-Type", "multipart/form-data; boundary=x"),
                BodyPublishers.ofString(form));

        assertProblem(response, 400, "INCOMPLETE_BODY", "a form is not taken");
        assertThat(intake.taken).isEmpty();
    }

    private void assertTooLarge(HttpResponse<String> response) {
        assertProblem(response, 413, "PAYLOAD_TOO_LARGE", "at most " + MAX + " bytes");
        assertThat(JSON.readTree(response.body()).get("maxPayloadBytes").asInt())
                .isEqualTo(MAX);
    }

    private static void assertProblem(HttpResponse<String> response, int status, String code, String words) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = JSON.readTree(response.body());
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("code").asString()).isEqualTo(code);
        assertThat(problem.get("title").asString()).isNotEmpty();
        assertThat(problem.get("detail").asString()).contains(words).doesNotContain(code + ":");
    }

    private HttpRequest.Builder request(String pipeline) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/intake/" + pipeline));
    }

    private HttpResponse<String> send(HttpRequest.Builder request, BodyPublisher body)
            throws IOException, InterruptedException {
        return client.send(request.POST(body).build(), BodyHandlers.ofString());
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {

        @Bean
        ScriptedIntake intake() {
            return new ScriptedIntake(MAX);
        }
    }
}
