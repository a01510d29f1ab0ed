package io.waybill.starter.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.waybill.control.Actual;
import io.waybill.control.ForbiddenOrderException;
import io.waybill.control.PipelineView;
import io.waybill.control.Pipelines;
import io.waybill.control.ReasonMissingException;
import io.waybill.control.UnknownPipelineException;
import io.waybill.control.Wanted;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

class PipelineRestTest {

    private static final PipelineView.Order ORDER = new PipelineView.Order(
            "order-1", Wanted.PAUSED, "operator", Instant.parse("2026-11-26T10:00:00Z"), "the bank is down");
    private static final PipelineView PAUSING = new PipelineView(
            "orders",
            Wanted.PAUSED,
            Actual.PAUSING,
            ORDER,
            List.of(),
            List.of(),
            List.of("thread a has not read the order yet"));

    private final Pipelines pipelines = mock(Pipelines.class);
    private final MockMvcTester rest =
            MockMvcTester.create(MockMvcBuilders.standaloneSetup(new PipelineController(pipelines))
                    .setControllerAdvice(new PipelineProblems())
                    .build());

    private MvcTestResult order(String body) {
        return rest.post()
                .uri("/api/pipelines/orders/orders")
                .principal(() -> "operator")
                .contentType(MediaType.APPLICATION_JSON)
                .content(body)
                .exchange();
    }

    @Test
    void shows_what_is_wanted_what_is_so_and_what_is_missing() {
        when(pipelines.all()).thenReturn(List.of(PAUSING));
        when(pipelines.get("orders")).thenReturn(PAUSING);

        assertThat(rest.get().uri("/api/pipelines"))
                .bodyJson()
                .extractingPath("$.pipelines[0].actual")
                .isEqualTo("PAUSING");
        assertThat(rest.get().uri("/api/pipelines/orders"))
                .bodyJson()
                .extractingPath("$.waitsFor[0]")
                .isEqualTo("thread a has not read the order yet");
        assertThat(rest.get().uri("/api/pipelines/orders"))
                .bodyJson()
                .extractingPath("$.order.at")
                .isEqualTo("2026-11-26T10:00:00Z");
    }

    @Test
    void accepts_an_order_and_answers_200_where_that_was_wanted_already() {
        when(pipelines.order("orders", Wanted.PAUSED, "operator", "the bank is down"))
                .thenReturn(new Pipelines.Ordered(PAUSING, true), new Pipelines.Ordered(PAUSING, false));
        String body = "{\"wanted\": \"PAUSED\", \"reason\": \"the bank is down\"}";

        assertThat(order(body)).hasStatus(HttpStatus.ACCEPTED);
        assertThat(order(body)).hasStatus(HttpStatus.OK);
    }

    @Test
    void says_who_gave_the_order_that_forbids_this_one() {
        when(pipelines.order(any(), any(), any(), any()))
                .thenThrow(ForbiddenOrderException.of("orders", Wanted.DRAINING, ORDER));

        MvcTestResult answer = order("{\"wanted\": \"DRAINING\", \"reason\": \"upgrade\"}");

        assertThat(answer).hasStatus(HttpStatus.CONFLICT);
        assertThat(answer).bodyJson().extractingPath("$.code").isEqualTo("FORBIDDEN_ORDER");
        assertThat(answer).bodyJson().extractingPath("$.standing.by").isEqualTo("operator");
    }

    @Test
    void passes_an_empty_reason_on_to_be_refused() {
        when(pipelines.order("orders", Wanted.PAUSED, "operator", ""))
                .thenAnswer(call -> ReasonMissingException.checked(call.getArgument(3)));

        MvcTestResult answer = order("{\"wanted\": \"PAUSED\"}");

        assertThat(answer).hasStatus(HttpStatus.BAD_REQUEST);
        assertThat(answer).bodyJson().extractingPath("$.code").isEqualTo("REASON_MISSING");
        verify(pipelines).order("orders", Wanted.PAUSED, "operator", "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"reason\": \"why\"}", "{\"wanted\": \"DANCING\", \"reason\": \"why\"}", "{", "\"PAUSED\""})
    void refuses_what_names_no_state(String body) {
        MvcTestResult answer = order(body);

        assertThat(answer).hasStatus(HttpStatus.BAD_REQUEST);
        assertThat(answer).bodyJson().extractingPath("$.code").isEqualTo("INVALID_REQUEST");
        verifyNoInteractions(pipelines);
    }

    @Test
    void takes_no_order_of_nobody() {
        MvcTestResult answer = rest.post()
                .uri("/api/pipelines/orders/orders")
                .contentType(MediaType.APPLICATION_JSON)
                .content("{\"wanted\": \"PAUSED\", \"reason\": \"why\"}")
                .exchange();

        assertThat(answer).hasStatus(HttpStatus.UNAUTHORIZED);
        verifyNoInteractions(pipelines);
    }

    @Test
    void knows_no_pipeline_and_says_when_the_log_is_away() {
        when(pipelines.get("orders"))
                .thenThrow(UnknownPipelineException.of("orders"))
                .thenThrow(new TimeoutException("the broker is away"));

        MvcTestResult unknown = rest.get().uri("/api/pipelines/orders").exchange();
        MvcTestResult away = rest.get().uri("/api/pipelines/orders").exchange();

        assertThat(unknown).hasStatus(HttpStatus.NOT_FOUND);
        assertThat(unknown).bodyJson().extractingPath("$.code").isEqualTo("UNKNOWN_PIPELINE");
        assertThat(away).hasStatus(HttpStatus.SERVICE_UNAVAILABLE);
        assertThat(away).bodyJson().extractingPath("$.code").isEqualTo("LOG_UNAVAILABLE");
    }
}
