package io.waybill.tracking.rest;

import static io.waybill.tracking.projection.Told.flow;
import static io.waybill.tracking.projection.Told.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.anyCollection;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.waybill.format.Topics;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.Result;
import io.waybill.log.Log;
import io.waybill.log.LogAdmin;
import io.waybill.log.LogWriter;
import io.waybill.tracking.autoconfigure.TrackingDatabase;
import io.waybill.tracking.projection.OutcomeProjection;
import io.waybill.tracking.projection.Told;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** How senders wait for results, over a real server: it is there that requests wait without a thread. */
class FlowResultsRestIT {

    @RegisterExtension
    static final TrackingDatabase database = new TrackingDatabase();

    private static @Nullable ConfigurableApplicationContext application;

    private final HttpClient http = HttpClient.newHttpClient();
    private final OutcomeProjection projection = new OutcomeProjection(Told.TOPIC, database.dataSource());
    private long offset;

    @EnableAutoConfiguration
    static class Application {}

    @BeforeAll
    static void startApplication() {
        LogAdmin admin = mock(LogAdmin.class);
        when(admin.describe(anyCollection())).thenReturn(Map.of());
        Log log = mock(Log.class);
        when(log.admin()).thenReturn(admin);
        when(log.writer()).thenReturn(mock(LogWriter.class));
        application = new SpringApplicationBuilder(Application.class)
                .initializers(context -> {
                    GenericApplicationContext beans = (GenericApplicationContext) context;
                    beans.registerBean(
                            "dataSource",
                            DataSource.class,
                            database::dataSource,
                            definition -> definition.setDestroyMethodName(""));
                    beans.registerBean("log", Log.class, () -> log);
                    beans.registerBean("topics", Topics.class, () -> new Topics("waybill"));
                })
                .properties("server.port=0", "server.address=127.0.0.1")
                .run();
    }

    @AfterAll
    static void stopApplication() {
        Objects.requireNonNull(application).close();
    }

    private void tell(Outcome... outcomes) {
        projection.apply(Told.PARTITION, offset, offset + 1, List.of(Told.block(offset, List.of(outcomes))));
        offset++;
    }

    private static HttpRequest.Builder request(TrackingId flow, String query) {
        String port = Objects.requireNonNull(application).getEnvironment().getProperty("local.server.port");
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/flows/" + flow + query));
    }

    private CompletableFuture<HttpResponse<String>> asked(TrackingId flow, String query) {
        return http.sendAsync(request(flow, query).build(), BodyHandlers.ofString());
    }

    @Test
    void a_request_waits_for_a_flow_of_which_nobody_has_told() {
        CompletableFuture<HttpResponse<String>> answer = asked(flow(1), "?waitSeconds=60");
        CompletableFuture<HttpResponse<String>> another = asked(flow(2), "?waitSeconds=60");

        tell(result(flow(1), 1, Result.ACK, 1, 1));

        assertThat(answer.join().statusCode()).isEqualTo(200);
        assertThat(answer.join().body()).contains("\"status\":\"ACK\"");
        assertThat(another).isNotDone();
    }

    @Test
    void who_knows_the_first_result_waits_for_the_next() {
        tell(result(flow(1), 1, Result.NACK, 1, 0));
        assertThat(asked(flow(1), "?waitSeconds=60").join().body()).contains("\"status\":\"NACK\"");
        CompletableFuture<HttpResponse<String>> answer = asked(flow(1), "?waitSeconds=60&after=1");

        tell(result(flow(1), 2, Result.ACK, 1, 1));

        assertThat(answer.join().body()).contains("\"status\":\"ACK\"", "\"number\":2");
    }

    @Test
    void when_the_time_is_over_the_flow_is_told_as_it_is() {
        tell(Told.received(flow(1), Told.byTask("m-1", "")));

        assertThat(asked(flow(1), "?waitSeconds=1").join().body()).contains("\"status\":\"IN_PROGRESS\"");
        assertThat(asked(flow(9), "?waitSeconds=1").join())
                .satisfies(unknown -> assertThat(unknown.statusCode()).isEqualTo(404))
                .satisfies(unknown -> assertThat(unknown.body()).contains("UNKNOWN_FLOW"));
    }

    @Test
    void a_stream_tells_every_result_once_and_goes_on_where_the_client_says_that_it_was() {
        tell(result(flow(1), 1, Result.NACK, 1, 0));
        Queue<String> seen = new ConcurrentLinkedQueue<>();

        HttpResponse<Stream<String>> stream = streamed(flow(1), "0").join();
        Thread reader = Thread.ofVirtual().start(() -> stream.body().forEach(seen::add));
        await().until(() -> seen.contains("id:1"));
        tell(result(flow(1), 2, Result.ACK, 1, 1));
        await().until(() -> seen.contains("id:2"));

        assertThat(stream.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        assertThat(seen).filteredOn(line -> line.startsWith("id:")).containsExactly("id:1", "id:2");
        assertThat(seen).filteredOn(line -> line.startsWith("event:")).containsOnly("event:result");
        assertThat(seen).anyMatch(line -> line.startsWith("data:") && line.contains("\"status\":\"ACK\""));
        assertThat(reader.isAlive()).isTrue();

        Queue<String> later = new ConcurrentLinkedQueue<>();
        HttpResponse<Stream<String>> again = streamed(flow(1), "1").join();
        Thread.ofVirtual().start(() -> again.body().forEach(later::add));
        await().until(() -> later.contains("id:2"));
        assertThat(later).doesNotContain("id:1");
    }

    private CompletableFuture<HttpResponse<Stream<String>>> streamed(TrackingId flow, String lastEventId) {
        HttpRequest request = request(flow, "")
                .header("Accept", "text/event-stream")
                .header("Last-Event-ID", lastEventId)
                .build();
        return http.sendAsync(request, BodyHandlers.ofLines());
    }
}
