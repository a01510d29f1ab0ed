package io.waybill.console.fakes;

import io.waybill.tracking.Incidents;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Incidents in memory; remembers who ordered what. */
public final class FakeIncidents implements Incidents {

    private final List<IncidentView> incidents = new CopyOnWriteArrayList<>();
    private final List<String> retries = new CopyOnWriteArrayList<>();
    private final List<String> decisions = new CopyOnWriteArrayList<>();

    public void clear() {
        incidents.clear();
        retries.clear();
        decisions.clear();
    }

    public void add(IncidentView incident) {
        incidents.add(incident);
    }

    /** Each as "id by user". */
    public List<String> retries() {
        return new ArrayList<>(retries);
    }

    /** Each as "decision id by user". */
    public List<String> decisions() {
        return new ArrayList<>(decisions);
    }

    @Override
    public List<IncidentView> incidents(boolean openOnly, int limit) {
        return incidents.stream()
                .filter(incident -> !openOnly || incident.open())
                .limit(limit)
                .toList();
    }

    @Override
    public Optional<IncidentView> incident(String id) {
        return incidents.stream().filter(incident -> incident.id().equals(id)).findFirst();
    }

    @Override
    public void retry(String id, String requestedBy) {
        IncidentView incident = incident(id).orElseThrow(() -> new NoSuchElementException("no incident " + id));
        if (!incident.open() || !incident.retryable()) {
            throw new IllegalStateException("expected an open incident that can be retried, but it is closed");
        }
        retries.add(id + " by " + requestedBy);
    }

    @Override
    public void decide(String id, Decision decision, String requestedBy) {
        IncidentView incident = incident(id).orElseThrow(() -> new NoSuchElementException("no incident " + id));
        if (!incident.decidable()) {
            throw new IllegalStateException("expected an open incident of something in doubt");
        }
        decisions.add(decision + " " + id + " by " + requestedBy);
    }
}
