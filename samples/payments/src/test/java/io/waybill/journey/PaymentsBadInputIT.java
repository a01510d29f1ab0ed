package io.waybill.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.samples.payments.generator.FileDefect;
import io.waybill.samples.payments.generator.PaymentFileGenerator;
import io.waybill.samples.payments.generator.Recipe;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whatever people send: refused with a clear problem where nothing was taken, else a dead letter with its bytes. */
class PaymentsBadInputIT {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    static Path folder;

    private static SampleApp app;

    @BeforeAll
    static void start() throws IOException {
        app = new SampleApp(folder.resolve("data"));
        app.start();
        app.awaitConsole();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        app.close();
    }

    @Test
    void keeps_what_is_not_xml_with_its_original_bytes() throws Exception {
        byte[] bytes = "this is \u0000 not \u0001 XML <".getBytes(StandardCharsets.UTF_8);

        JsonNode deadLetter = onlyDeadLetter(accepted(bytes), "NACK");

        byte[] kept = Base64.getDecoder().decode(deadLetter.get("payloadBase64").asString());
        assertThat(kept).isEqualTo(bytes);
    }

    @Test
    void tells_a_sender_who_waits_what_became_of_the_file() throws Exception {
        String flow = accepted(file(Recipe.of(78, 1)));

        JsonNode told = app.get("/api/flows/" + flow + "?waitSeconds=60");

        assertThat(told.get("status").asString()).isEqualTo("ACK");
    }

    @ParameterizedTest
    @EnumSource(value = FileDefect.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void makes_a_defective_file_one_dead_letter_and_releases_no_part(FileDefect defect) throws Exception {
        String flow = accepted(file(Recipe.of(defect.name().hashCode(), 50).with(defect)));

        JsonNode deadLetter = onlyDeadLetter(flow, "NACK");

        assertThat(deadLetter.at("/error/code").asString()).isEqualTo(defect.code());
    }

    @Test
    void never_resolves_an_entity() throws Exception {
        String xml = new String(file(Recipe.of(77, 1)), StandardCharsets.UTF_8);
        String attack = xml.replaceFirst(
                        "<Document", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><Document")
                .replaceFirst("<Nm>[^<]*</Nm>", "<Nm>&e;</Nm>");

        JsonNode deadLetter = onlyDeadLetter(accepted(attack.getBytes(StandardCharsets.UTF_8)), "NACK");

        assertThat(deadLetter.at("/error/code").asString()).isEqualTo("DTD_NOT_ALLOWED");
    }

    @Test
    void keeps_a_file_with_a_nul_in_a_name() throws Exception {
        String xml = new String(file(Recipe.of(78, 2)), StandardCharsets.UTF_8);
        String nul = xml.replaceFirst("<Nm>", "<Nm>a\u0000b");

        onlyDeadLetter(accepted(nul.getBytes(StandardCharsets.UTF_8)), "NACK");
    }

    @Test
    void keeps_the_largest_payload_that_is_taken_once_it_is_wrapped_as_a_dead_letter() throws Exception {
        byte[] largest = new byte[16 << 20];
        Arrays.fill(largest, (byte) 'x');

        JsonNode deadLetter = onlyDeadLetter(accepted(largest), "NACK");

        assertThat(Base64.getDecoder().decode(deadLetter.get("payloadBase64").asString()))
                .isEqualTo(largest);
    }

    @Test
    void refuses_50_megabytes_of_one_line() throws Exception {
        byte[] line = new byte[50 << 20];
        Arrays.fill(line, (byte) 'x');

        JsonNode problem = refused(413, app.post("/api/intake/payment-files", "application/xml", line));

        assertThat(problem.get("code").asString()).isEqualTo("PAYLOAD_TOO_LARGE");
        assertThat(problem.get("detail").asString()).contains(String.valueOf(16 << 20));
    }

    @Test
    void refuses_an_unknown_pipeline_and_names_those_that_exist() throws Exception {
        JsonNode problem = refused(404, app.post("/api/intake/nowhere", "application/xml", new byte[] {1}));

        assertThat(problem.get("code").asString()).isEqualTo("UNKNOWN_PIPELINE");
        assertThat(problem.get("detail").asString()).contains("payment-files");
    }

    @Test
    void refuses_a_message_id_of_10_kilobytes() throws Exception {
        HttpResponse<String> answer = app.post(
                "/api/intake/payment-files", "application/xml", new byte[] {1}, "Message-Id", "m".repeat(10_000));

        assertThat(refused(400, answer).get("code").asString()).isEqualTo("INVALID_ID");
    }

    @Test
    void describes_its_api() throws Exception {
        JsonNode paths = app.get("/v3/api-docs").get("paths");

        assertThat(paths.propertyNames())
                .contains(
                        "/api/intake/{pipeline}",
                        "/api/flows/{trackingId}",
                        "/api/dead-letters",
                        "/api/dead-letters/{id}",
                        "/api/dead-letters/{id}/revisions",
                        "/api/replays",
                        "/api/replays/{id}",
                        "/api/incidents/{id}/retry");
    }

    private static byte[] file(Recipe recipe) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new PaymentFileGenerator(recipe).writeTo(out);
        return out.toByteArray();
    }

    /** @return the tracking id */
    private static String accepted(byte[] payload) throws Exception {
        HttpResponse<String> answer = app.post("/api/intake/payment-files", "application/xml", payload);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return JSON.readTree(answer.body()).get("trackingId").asString();
    }

    private static JsonNode refused(int status, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        return JSON.readTree(answer.body());
    }

    private static JsonNode onlyDeadLetter(String flow, String status) throws Exception {
        Await.until(
                "flow " + flow + " is " + status,
                LIMIT,
                () -> app.get("/api/flows/" + flow).at("/status").asString().equals(status));
        JsonNode[] letters = new JsonNode[1];
        Await.until("its dead letter is shown", LIMIT, () -> {
            letters[0] = app.get("/api/dead-letters?trackingId=" + flow).get("deadLetters");
            return letters[0].size() == 1;
        });
        return app.get("/api/dead-letters/" + letters[0].get(0).get("id").asString());
    }
}
