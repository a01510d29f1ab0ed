package io.waybill.tracking.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.waybill.format.TrackingId;
import io.waybill.tracking.FlowQueries;
import io.waybill.tracking.FlowQueries.CauseCount;
import io.waybill.tracking.FlowQueries.FlowFilter;
import io.waybill.tracking.FlowQueries.FlowPage;
import io.waybill.tracking.FlowQueries.FlowStatus;
import io.waybill.tracking.FlowQueries.FlowView;
import io.waybill.tracking.FlowQueries.PartPage;
import io.waybill.tracking.FlowQueries.PartStatus;
import io.waybill.tracking.FlowQueries.PartView;
import io.waybill.tracking.FlowQueries.ProjectionLag;
import io.waybill.tracking.FlowQueries.ResultView;
import io.waybill.tracking.FlowResults;
import io.waybill.tracking.Incidents;
import io.waybill.tracking.InvalidQueryException;
import io.waybill.tracking.projection.Told;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

class TrackingRestTest {

    private static final Instant NOW = Instant.parse("2026-09-21T10:00:00Z");
    private static final TrackingId FLOW = Told.flow(1);
    private static final PartPage PARTS = new PartPage(
            List.of(new PartView(
                    "3",
                    PartStatus.DEAD_LETTERED,
                    "E2E-3",
                    0,
                    "dl-3",
                    "validate",
                    "INVALID_IBAN",
                    "expected <b>better</b>",
                    List.of(),
                    NOW,
                    null)),
            "next");

    private final FlowQueries flows = mock(FlowQueries.class);
    private final FlowResults results = mock(FlowResults.class);
    private final Incidents incidents = mock(Incidents.class);
    private final MockMvcTester rest = MockMvcTester.create(
            MockMvcBuilders.standaloneSetup(new FlowController(flows, results), new IncidentController(incidents))
                    .setControllerAdvice(new TrackingProblems())
                    .build());

    @Test
    void aFlowComesWithCountsCausesResultsAndItsFirstParts() {
        when(flows.flow(FLOW)).thenReturn(Optional.of(view(FlowStatus.PARTIAL, null)));
        when(flows.causes(FLOW)).thenReturn(List.of(new CauseCount("INVALID_IBAN", "validate", 12, "expected better")));
        when(flows.parts(FLOW, null, null, 50)).thenReturn(PARTS);

        assertThat(rest.get().uri("/api/flows/{id}", FLOW.toString()))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo("""
                        {"trackingId": "%1$s", "status": "PARTIAL", "counts": {"leaves": 500, "failed": 12},
                         "source": {"topic": "payments.files", "partition": 0, "offset": 7},
                         "results": [{"number": 1, "status": "PARTIAL"}],
                         "causes": [{"errorCode": "INVALID_IBAN", "count": 12}],
                         "parts": {"parts": [{"path": "3", "deadLetterId": "dl-3"}], "nextCursor": "next"},
                         "receivedAt": "2026-09-21T10:00:00Z",
                         "links": {"self": "/api/flows/%1$s"}}
                        """.formatted(FLOW));
    }

    @Test
    void aDuplicateLinksItsFirst() {
        when(flows.flow(FLOW)).thenReturn(Optional.of(view(FlowStatus.DUPLICATE, Told.flow(0))));
        when(flows.parts(FLOW, null, null, 50)).thenReturn(new PartPage(List.of(), null));

        assertThat(rest.get().uri("/api/flows/{id}", FLOW.toString()))
                .bodyJson()
                .extractingPath("$.links.duplicateOf")
                .isEqualTo("/api/flows/" + Told.flow(0));
    }

    @Test
    void anUnknownFlowSaysHowFarTheProjectionIs() {
        when(flows.flow(FLOW)).thenReturn(Optional.empty());
        when(flows.lag()).thenReturn(new ProjectionLag(17, NOW));

        assertThat(rest.get().uri("/api/flows/{id}", FLOW.toString()))
                .hasStatus(HttpStatus.NOT_FOUND)
                .hasContentType(MediaType.APPLICATION_PROBLEM_JSON)
                .bodyJson()
                .isLenientlyEqualTo("""
                        {"status": 404, "code": "UNKNOWN_FLOW", "recordsBehind": 17, "asOf": "2026-09-21T10:00:00Z"}
                        """);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/flows/not-a-uuid, INVALID_TRACKING_ID",
        "/api/flows/1-1-1-1-1/parts, INVALID_TRACKING_ID",
        "/api/flows?status=GREEN, INVALID_PARAMETER",
        "/api/flows?limit=many, INVALID_PARAMETER",
        "/api/flows/not-a-uuid?waitSeconds=5, INVALID_TRACKING_ID",
        "/api/flows/01a0c5a8-7c00-8b4e-9d57-4f0f6c1c2b11?waitSeconds=61, INVALID_WAIT",
        "/api/flows/01a0c5a8-7c00-8b4e-9d57-4f0f6c1c2b11?waitSeconds=0, INVALID_WAIT",
        "/api/flows/01a0c5a8-7c00-8b4e-9d57-4f0f6c1c2b11?waitSeconds=long, INVALID_PARAMETER",
        "/api/flows?cursor=x, INVALID_CURSOR"
    })
    void whatIsMalformedIsABadRequest(String uri, String code) {
        when(flows.flows(any(), any(), anyInt())).thenThrow(InvalidQueryException.cursor("x"));

        assertThat(rest.get().uri(uri))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .hasContentType(MediaType.APPLICATION_PROBLEM_JSON)
                .bodyJson()
                .extractingPath("$.code")
                .isEqualTo(code);
    }

    @Test
    void flowsAreFilteredAndPaged() {
        FlowFilter filter = new FlowFilter("payment-files", FlowStatus.PARTIAL, "m-1");
        when(flows.flows(filter, "here", 7)).thenReturn(new FlowPage(List.of(view(FlowStatus.PARTIAL, null)), "next"));

        assertThat(rest.get().uri("/api/flows?pipeline=payment-files&status=PARTIAL&q=m-1&cursor=here&limit=7"))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo(
                        "{\"flows\": [{\"trackingId\": \"%s\"}], \"nextCursor\": \"next\"}".formatted(FLOW));
    }

    @Test
    void anEmptyFilterAsksForAll() {
        when(flows.flows(new FlowFilter(null, null, null), null, 50)).thenReturn(new FlowPage(List.of(), null));

        assertThat(rest.get().uri("/api/flows?pipeline=&q=&cursor=")).hasStatusOk();
    }

    @Test
    void partsAreFilteredByStatus() {
        when(flows.flow(FLOW)).thenReturn(Optional.of(view(FlowStatus.PARTIAL, null)));
        when(flows.parts(FLOW, PartStatus.DEAD_LETTERED, null, 50)).thenReturn(PARTS);

        assertThat(rest.get().uri("/api/flows/{id}/parts?status=DEAD_LETTERED", FLOW.toString()))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$.parts[0].label")
                .isEqualTo("E2E-3");
    }

    @Test
    void aDatabaseThatIsAwayIsUnavailable() {
        when(flows.flow(FLOW)).thenThrow(new DataAccessResourceFailureException("away"));

        assertThat(rest.get().uri("/api/flows/{id}", FLOW.toString()))
                .hasStatus(HttpStatus.SERVICE_UNAVAILABLE)
                .bodyJson()
                .extractingPath("$.code")
                .isEqualTo("DATABASE_UNAVAILABLE");
    }

    @Test
    void aRetryIsAcceptedInThePersonsName() {
        assertThat(rest.post().uri("/api/incidents/i-1/retry").principal(() -> "ann"))
                .hasStatus(HttpStatus.ACCEPTED);

        verify(incidents).retry("i-1", "ann");
    }

    @Test
    void aRetryThatMakesNoSenseIsRefused() {
        doThrow(new NoSuchElementException("none")).when(incidents).retry("none", "anonymous");
        doThrow(new IllegalStateException("closed")).when(incidents).retry("closed", "anonymous");

        assertThat(rest.post().uri("/api/incidents/none/retry"))
                .hasStatus(HttpStatus.NOT_FOUND)
                .bodyJson()
                .extractingPath("$.code")
                .isEqualTo("UNKNOWN_INCIDENT");
        assertThat(rest.post().uri("/api/incidents/closed/retry"))
                .hasStatus(HttpStatus.CONFLICT)
                .bodyJson()
                .extractingPath("$.code")
                .isEqualTo("INCIDENT_NOT_RETRYABLE");
    }

    private MockMvcTester.MockMvcRequestBuilder decision(String id, String body) {
        return rest.post()
                .uri("/api/incidents/" + id + "/decision")
                .contentType(MediaType.APPLICATION_JSON)
                .content(body);
    }

    @Test
    void aDecisionIsAcceptedInThePersonsName() {
        assertThat(decision("i-1", "{\"decision\":\"ROLL_BACK\"}").principal(() -> "ann"))
                .hasStatus(HttpStatus.ACCEPTED);

        verify(incidents).decide("i-1", Incidents.Decision.ROLL_BACK, "ann");
    }

    @Test
    void aDecisionThatMakesNoSenseIsRefused() {
        doThrow(new NoSuchElementException("none")).when(incidents).decide("none", Incidents.Decision.COMMIT, "ann");
        doThrow(new IllegalStateException("closed")).when(incidents).decide("closed", Incidents.Decision.COMMIT, "ann");

        assertRefused(decision("none", "{\"decision\":\"COMMIT\"}"), HttpStatus.NOT_FOUND, "UNKNOWN_INCIDENT");
        assertRefused(decision("closed", "{\"decision\":\"COMMIT\"}"), HttpStatus.CONFLICT, "INCIDENT_NOT_IN_DOUBT");
        assertRefused(decision("i-1", "{}"), HttpStatus.BAD_REQUEST, "INVALID_REQUEST");
        assertRefused(decision("i-1", "{\"decision\":\"PERHAPS\"}"), HttpStatus.BAD_REQUEST, "INVALID_REQUEST");
        assertRefused(decision("i-1", ""), HttpStatus.BAD_REQUEST, "INVALID_REQUEST");
    }

    @Test
    void aDecisionNeedsAPerson() {
        assertThat(decision("i-1", "{\"decision\":\"COMMIT\"}"))
                .hasStatus(HttpStatus.UNAUTHORIZED)
                .bodyJson()
                .extractingPath("$.code")
                .isEqualTo("NOT_AUTHENTICATED");
        verifyNoInteractions(incidents);
    }

    private static void assertRefused(MockMvcTester.MockMvcRequestBuilder request, HttpStatus status, String code) {
        assertThat(request.principal(() -> "ann"))
                .hasStatus(status)
                .bodyJson()
                .extractingPath("$.code")
                .isEqualTo(code);
    }

    private static FlowView view(FlowStatus status, @Nullable TrackingId duplicateOf) {
        return new FlowView(
                FLOW,
                "payment-files",
                3,
                status,
                "m-1",
                null,
                "may.xml",
                duplicateOf,
                null,
                "payments.files",
                0,
                7,
                NOW,
                NOW,
                100,
                500,
                488,
                12,
                12,
                null,
                List.of(new ResultView(1, status, 500, 488, 12, NOW)));
    }
}
