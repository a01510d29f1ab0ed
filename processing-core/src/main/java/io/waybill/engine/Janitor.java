package io.waybill.engine;

import io.waybill.format.v1.PreparedCheckpoint;
import io.waybill.format.v1.SinkHandle;
import io.waybill.sink.Handle;
import io.waybill.sink.Prepared;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then for what no opening will meet (R8): lists what is prepared, then reads the record, then decides, in
 * this order only. It leaves alone what is younger than a transaction may be, and what this life prepared itself. It also
 * removes from the checkpoints topic what is resolved, and closes the incidents of it.
 */
final class Janitor {

    private static final Logger LOG = LoggerFactory.getLogger(Janitor.class);
    private static final Duration PAUSE = Duration.ofSeconds(20);
    private static final Duration PAUSE_IN_TROUBLE = Duration.ofMinutes(1);

    private final Sinks sinks;
    private final UUID life;
    private final Duration youngest;
    private final Ports ports;
    private final HandleBook book;
    private final Resolver resolver;
    private final IncidentLog incidents;
    private List<PreparedCheckpoint> known = List.of();
    private Instant next;

    Janitor(
            Sinks sinks,
            UUID life,
            Duration youngest,
            Ports ports,
            HandleBook book,
            Resolver resolver,
            IncidentLog incidents) {
        this.sinks = sinks;
        this.life = life;
        this.youngest = youngest;
        this.ports = ports;
        this.book = book;
        this.resolver = resolver;
        this.incidents = incidents;
        this.next = after(PAUSE);
    }

    private Instant after(Duration pause) {
        return ports.clock().instant().plus(pause).plusMillis(ports.random().nextInt(10_000));
    }

    void look() {
        if (ports.clock().instant().isBefore(next)) {
            return;
        }
        next = after(PAUSE);
        try {
            Set<String> prepared = new HashSet<>();
            for (SinkSeat seat : sinks.all()) {
                for (Prepared listed : seat.prepared()) {
                    if (!tidied(seat, listed)) {
                        prepared.add(listed.handle().text());
                    }
                }
            }
            forget(prepared);
        } catch (SinkFailedException away) {
            LOG.info("nobody looks after what is prepared for a while: {}", away.getMessage());
            next = after(PAUSE_IN_TROUBLE);
        }
    }

    private boolean tidied(SinkSeat seat, Prepared listed) {
        Handle handle = listed.handle();
        return !handle.incarnation().equals(life)
                && listed.age().compareTo(youngest) > 0
                && resolver.resolve(seat, handle) == null;
    }

    /** What was on the topic before the list was made and is not in it is resolved for ever. */
    private void forget(Set<String> prepared) {
        boolean read = book.refresh();
        for (PreparedCheckpoint earlier : known) {
            if (book.all().contains(earlier)
                    && earlier.getHandlesList().stream()
                            .allMatch(handle -> isOurs(handle.getSink())
                                    && !prepared.contains(handle.getHandle().toStringUtf8()))) {
                book.resolved(earlier);
            }
        }
        prepared.addAll(leftBehind());
        incidents.closeResolved(prepared);
        known = read ? book.all() : List.of();
    }

    /** People hear of what was committed for sinks that this version does not declare, and was there at the look before. */
    private Set<String> leftBehind() {
        Set<String> left = new HashSet<>();
        for (PreparedCheckpoint earlier : known) {
            if (book.all().contains(earlier)) {
                for (SinkHandle named : earlier.getHandlesList()) {
                    if (!isOurs(named.getSink())) {
                        String handle = named.getHandle().toStringUtf8();
                        incidents.sinkLeft(named.getSink(), handle, book.since(earlier));
                        left.add(handle);
                    }
                }
            }
        }
        return left;
    }

    /** Of a sink that this version does not declare nobody knows what it holds. */
    private boolean isOurs(String sink) {
        return sinks.all().stream().anyMatch(seat -> seat.name().equals(sink));
    }
}
