package io.waybill.console.fakes;

import io.waybill.audit.Deed.Action;
import io.waybill.deadletters.DeadLetters.DeadLetterView;
import io.waybill.format.TrackingId;
import io.waybill.tracking.FlowQueries.FlowStatus;
import io.waybill.tracking.FlowQueries.PartView;
import io.waybill.tracking.FlowQueries.ProjectionLag;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A day with a bit of everything: one file of 500 payments of which 12 failed, others that went well. */
public final class BusyDay {

    /** The file of 500. */
    public final TrackingId partial;

    /** The same file sent again. */
    public final TrackingId duplicate;

    public final TrackingId running;

    /** One of the 12. */
    public final String letter = "0197-iban-1";

    private final Instant now;

    public BusyDay(Instant now) {
        this.now = now;
        this.partial = Samples.id(1042, now.minusSeconds(840));
        this.duplicate = Samples.id(1043, now.minusSeconds(600));
        this.running = Samples.id(1044, now.minusSeconds(3));
    }

    public void fill(FakeFlows flows, FakeDeadLetters letters, FakeIncidents incidents) {
        flows.lag(new ProjectionLag(0, now));
        Instant failedAt = now.minusSeconds(838);
        List<DeadLetterView> dead = new ArrayList<>();
        for (int i = 1; i <= 7; i++) {
            dead.add(deadLetter(
                    "0197-iban-" + i,
                    i * 31,
                    "INVALID_IBAN",
                    "expected a valid IBAN, but 'DE8937040044053201300%d' fails its check digits".formatted(i),
                    failedAt));
        }
        for (int i = 1; i <= 3; i++) {
            dead.add(deadLetter(
                    "0197-bic-" + i,
                    220 + i * 17,
                    "INVALID_BIC",
                    "expected a BIC of 8 or 11 characters, but was 'COBADEFF%d'".formatted(i),
                    failedAt));
        }
        for (int i = 1; i <= 2; i++) {
            dead.add(deadLetter(
                    "0197-amount-" + i,
                    400 + i * 9,
                    "AMOUNT_NOT_POSITIVE",
                    "expected an amount above 0, but was -12.50 EUR",
                    failedAt));
        }
        dead.forEach(letters::put);
        List<PartView> parts = new ArrayList<>();
        for (int path = 1; path <= 500; path++) {
            String wanted = Integer.toString(path);
            parts.add(dead.stream()
                    .filter(letter -> letter.summary().path().equals(wanted))
                    .findFirst()
                    .map(letter ->
                            Samples.dead(Integer.parseInt(letter.summary().path()), letter))
                    .orElse(Samples.passed(path, label(path), failedAt)));
        }
        flows.put(
                Samples.flow(partial, FlowStatus.PARTIAL, "salaries-november.xml", 488, 12, now.minusSeconds(840)),
                parts.toArray(PartView[]::new));
        flows.put(Samples.duplicateOf(duplicate, partial, "salaries-november (1).xml", now.minusSeconds(600)));
        flows.put(Samples.flow(running, FlowStatus.IN_PROGRESS, "suppliers-week-47.xml", 0, 0, now.minusSeconds(3)));
        for (int i = 0; i < 40; i++) {
            Instant at = now.minus(Duration.ofMinutes(20 + 31L * i));
            flows.put(Samples.flow(
                    Samples.id(900 - i, at),
                    FlowStatus.ACK,
                    "suppliers-%03d.xml".formatted(900 - i),
                    120 + 7L * i,
                    0,
                    at));
        }
        flows.put(Samples.flow(
                Samples.id(800, now.minusSeconds(7000)),
                FlowStatus.NACK,
                "broken-control-sum.xml",
                0,
                1,
                now.minusSeconds(7000)));
        incidents.add(Samples.incident(
                "incident-1",
                false,
                "Task payment-files-1, partition 3 stopped",
                "The operator 'validate' failed five times: expected an answer of the currency table, but the connection was "
                        + "refused.",
                now.minusSeconds(9000)));
    }

    public void fill(FakeAudit audit) {
        audit.add(
                Action.DEAD_LETTER_EDITED, "anton", letter, partial, "the digits were swapped", now.minusSeconds(700));
        audit.add(Action.REPLAY_ORDERED, "anton", letter, partial, null, now.minusSeconds(690));
        audit.add(Action.DISCARD_ORDERED, "berta", "0197-amount-1", partial, "paid by hand", now.minusSeconds(500));
        audit.add(Action.PIPELINE_ORDERED, "berta", "payment-files", partial, "month's end", now.minusSeconds(80));
        audit.add(Action.INCIDENT_RETRY_ORDERED, "anton", "incident-1", partial, null, now.minusSeconds(60));
    }

    public void stop(FakeIncidents incidents) {
        incidents.add(Samples.incident(
                "incident-2",
                true,
                "Task payment-files-1, partition 1 stopped",
                "The operator 'validate' failed five times: expected an answer of the currency table, but the connection was "
                        + "refused. Its records wait; the other partitions go on.",
                now.minusSeconds(70)));
    }

    public void doubt(FakeIncidents incidents) {
        incidents.add(Samples.inDoubt(
                "incident-3",
                "ledger",
                "Checkpoint 17 of 0197a21b, partitions 0 and 3, of stage 'payments' is prepared. Expected the record to commit "
                        + "or to contradict it, but partition 3 names no checkpoint. Choices: commit, roll back.",
                now.minusSeconds(310)));
    }

    private DeadLetterView deadLetter(String id, int path, String code, String message, Instant at) {
        String payload = """
                {"endToEndId":"%s","debtor":{"name":"Nordwind Handels GmbH","iban":"DE02120300000000202051"},\
                "creditor":{"name":"Zoë Åkesson","iban":"DE89370400440532013001","bic":"COBADEFFXXX"},\
                "amount":{"value":1250.00,"currency":"EUR"},"remittance":["Salary November 2026","Personal number 4711"]}""".formatted(label(path));
        return Samples.letter(id, partial, Integer.toString(path), label(path), code, message, payload, at);
    }

    private static String label(int path) {
        return String.format(Locale.ROOT, "SAL-2026-11-%04d", path);
    }
}
