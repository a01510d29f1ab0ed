package io.waybill.tracking.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.tracking.autoconfigure.TrackingDatabase;
import io.waybill.tracking.projection.Told;
import io.waybill.tracking.webhook.Webhooks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

class WebhookRestIT {

    private static final String DELIVERIES = "/api/webhook-deliveries";

    @RegisterExtension
    static final TrackingDatabase database = new TrackingDatabase();

    private final MockMvcTester rest = MockMvcTester.create(
            MockMvcBuilders.standaloneSetup(new WebhookController(new Webhooks(database.dataSource())))
                    .setControllerAdvice(new TrackingProblems())
                    .build());

    private static long delivery(int n, String target, String state) {
        return database.jdbc()
                .sql("""
                        INSERT INTO waybill.webhook_delivery (target, tracking_id, number, pipeline, body, state, attempt, http_status,
                            error, settled_at)
                        VALUES (:target, :flow, 1, 'orders', '{}', CAST(:state AS waybill.webhook_state), 10, 503,
                            'the target answered 503', now())
                        RETURNING id
                        """)
                .param("target", target)
                .param("flow", Told.flow(n).value())
                .param("state", state)
                .query(Long.class)
                .single();
    }

    @Test
    void deliveries_are_listed_newest_first_by_target_and_state_page_by_page() {
        long first = delivery(1, "erp", "GIVEN_UP");
        delivery(2, "erp", "DELIVERED");
        delivery(3, "other", "GIVEN_UP");
        long last = delivery(4, "erp", "GIVEN_UP");

        assertThat(rest.get().uri(DELIVERIES + "?target=erp&state=GIVEN_UP&limit=1"))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo("""
                        {"deliveries": [{"id": %d, "target": "erp", "trackingId": "%s", "number": 1, "state": "GIVEN_UP", "attempt": 10,
                          "httpStatus": 503, "error": "the target answered 503", "dueAt": null}], "nextCursor": "%d"}
                        """.formatted(last, Told.flow(4), last));
        assertThat(rest.get().uri(DELIVERIES + "?target=erp&state=GIVEN_UP&limit=1&cursor=" + last))
                .bodyJson()
                .isLenientlyEqualTo("{\"deliveries\": [{\"id\": %d}], \"nextCursor\": null}".formatted(first));
    }

    @Test
    void one_that_was_given_up_is_sent_again_once() {
        long id = delivery(1, "erp", "GIVEN_UP");

        assertThat(rest.post().uri(DELIVERIES + "/" + id + "/send-again")).hasStatus(HttpStatus.ACCEPTED);
        assertThat(rest.get().uri(DELIVERIES))
                .bodyJson()
                .isLenientlyEqualTo(
                        "{\"deliveries\": [{\"state\": \"PENDING\", \"attempt\": 0, \"sentAgainBy\": \"anonymous\"}]}");
        assertThat(rest.post().uri(DELIVERIES + "/" + id + "/send-again"))
                .hasStatus(HttpStatus.CONFLICT)
                .bodyJson()
                .extractingPath("$.code")
                .isEqualTo("DELIVERY_PENDING");
    }

    @Test
    void what_is_wrong_is_said_with_its_code() {
        assertThat(rest.post().uri(DELIVERIES + "/7/send-again"))
                .hasStatus(HttpStatus.NOT_FOUND)
                .bodyJson()
                .extractingPath("$.code")
                .isEqualTo("UNKNOWN_DELIVERY");
        assertThat(rest.get().uri(DELIVERIES + "?limit=501"))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .extractingPath("$.code")
                .isEqualTo("INVALID_LIMIT");
        assertThat(rest.get().uri(DELIVERIES + "?cursor=x"))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .extractingPath("$.code")
                .isEqualTo("INVALID_CURSOR");
        assertThat(rest.get().uri(DELIVERIES + "?state=LOST"))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .extractingPath("$.code")
                .isEqualTo("INVALID_PARAMETER");
    }
}
