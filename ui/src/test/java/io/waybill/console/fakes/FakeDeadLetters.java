package io.waybill.console.fakes;

import io.waybill.deadletters.DeadLetterConflictException;
import io.waybill.deadletters.DeadLetterDesk;
import io.waybill.deadletters.DeadLetterNotFoundException;
import io.waybill.deadletters.DeadLetters;
import io.waybill.pipeline.Headers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Dead letters in memory, and a desk that obeys at once but never says how a replay ended: {@link #end} does. */
public final class FakeDeadLetters implements DeadLetters, DeadLetterDesk {

    private final Map<String, DeadLetterView> letters = new LinkedHashMap<>();
    private final Map<String, List<RevisionView>> revisions = new LinkedHashMap<>();
    private final List<ReplayView> replays = new ArrayList<>();

    public synchronized void clear() {
        letters.clear();
        revisions.clear();
        replays.clear();
    }

    public synchronized void put(DeadLetterView letter) {
        String id = letter.summary().id();
        letters.put(id, letter);
        revisions.put(
                id,
                new ArrayList<>(List.of(
                        new RevisionView(0, "engine", letter.summary().firstFailedAt(), null, letter.payload()))));
    }

    /** What the projection would tell some time after those that wait were ordered to go on. */
    public synchronized void letGo(String id) {
        letters.computeIfPresent(id, (key, letter) -> Samples.letGo(letter));
        endOrders(id, ReplayStatus.SUCCEEDED);
    }

    /** What the projection would tell some time after an order. */
    public synchronized void end(String id, Status status, ReplayStatus outcome) {
        letters.computeIfPresent(
                id,
                (key, letter) -> Samples.with(letter, status, letter.summary().revision(), letter.payload()));
        endOrders(id, outcome);
    }

    private void endOrders(String id, ReplayStatus outcome) {
        replays.replaceAll(replay ->
                replay.deadLetterId().equals(id) && replay.endedAt() == null ? Samples.ended(replay, outcome) : replay);
    }

    @Override
    public synchronized RevisionView revise(
            String id, int basedOn, byte[] payload, @Nullable Headers headers, String author, @Nullable String reason) {
        DeadLetterView letter = existing(id);
        int newest = letter.summary().revision();
        if (newest != basedOn) {
            RevisionView last = revisions.getOrDefault(id, List.of()).getLast();
            throw DeadLetterConflictException.stale(
                    id, basedOn, newest, "%s saved it at %s".formatted(last.author(), last.at()));
        }
        RevisionView revision = new RevisionView(newest + 1, author, Instant.now(), reason, payload.clone());
        revisions.computeIfAbsent(id, key -> new ArrayList<>()).add(revision);
        letters.put(id, Samples.with(letter, Status.EDITED, newest + 1, payload));
        return revision;
    }

    @Override
    public synchronized ReplayView replay(String id, int revision, String requestedBy) {
        DeadLetterView letter = existing(id);
        if (letter.summary().status() == Status.RESOLVED) {
            throw DeadLetterConflictException.forbidden(
                    id, "replayed", Status.RESOLVED, "replayed by " + requestedBy + " before");
        }
        letters.put(
                id,
                Samples.with(letter, Status.REPLAY_REQUESTED, letter.summary().revision(), letter.payload()));
        return order(letter, Action.REPLAY, revision, requestedBy, null);
    }

    @Override
    public synchronized ReplayView discard(String id, String requestedBy, String reason) {
        DeadLetterView letter = existing(id);
        letters.put(
                id,
                Samples.with(letter, Status.DISCARD_REQUESTED, letter.summary().revision(), letter.payload()));
        return order(letter, Action.DISCARD, letter.summary().revision(), requestedBy, reason);
    }

    @Override
    public synchronized ReplayView letGo(String id, String requestedBy, String reason) {
        DeadLetterView letter = existing(id);
        letters.put(
                id,
                Samples.with(letter, Status.LET_GO_REQUESTED, letter.summary().revision(), letter.payload()));
        return order(letter, Action.LET_GO, letter.summary().revision(), requestedBy, reason);
    }

    private ReplayView order(DeadLetterView letter, Action action, int revision, String by, @Nullable String detail) {
        ReplayView replay = new ReplayView(
                "replay-" + replays.size(),
                letter.summary().id(),
                letter.summary().attempt() + 1,
                revision,
                action,
                ReplayStatus.REQUESTED,
                by,
                Instant.now(),
                null,
                detail);
        replays.add(replay);
        return replay;
    }

    @Override
    public synchronized Optional<RevisionView> revision(String id, int number) {
        return revisions(id).stream()
                .filter(revision -> revision.number() == number)
                .findFirst();
    }

    @Override
    public List<HistoryEntry> history(String id) {
        return List.of();
    }

    @Override
    public synchronized Optional<ReplayView> replayById(String replayId) {
        return replays.stream().filter(replay -> replay.id().equals(replayId)).findFirst();
    }

    @Override
    public synchronized Optional<DeadLetterView> deadLetter(String id) {
        return Optional.ofNullable(letters.get(id));
    }

    @Override
    public synchronized DeadLetterPage deadLetters(DeadLetterFilter filter, @Nullable String cursor, int limit) {
        FakeFlows.Slice<DeadLetterSummary> slice = FakeFlows.Slice.of(matching(filter), cursor, limit);
        return new DeadLetterPage(slice.rows(), slice.next());
    }

    @Override
    public synchronized long count(DeadLetterFilter filter) {
        return matching(filter).size();
    }

    @Override
    public synchronized List<FailureGroup> groups(DeadLetterFilter filter, int limit) {
        Map<String, List<DeadLetterSummary>> groups = new LinkedHashMap<>();
        for (DeadLetterSummary letter : matching(filter)) {
            if (letter.status() != Status.RESOLVED && letter.status() != Status.DISCARDED) {
                groups.computeIfAbsent(
                                letter.pipeline() + letter.operator() + letter.errorCode(), key -> new ArrayList<>())
                        .add(letter);
            }
        }
        return groups.values().stream()
                .map(FakeDeadLetters::group)
                .sorted(Comparator.comparingLong(FailureGroup::count).reversed())
                .limit(limit)
                .toList();
    }

    private static FailureGroup group(List<DeadLetterSummary> letters) {
        DeadLetterSummary first = letters.getFirst();
        return new FailureGroup(
                first.pipeline(),
                first.operator(),
                first.errorCode(),
                first.errorMessage(),
                letters.size(),
                letters.stream()
                        .map(DeadLetterSummary::firstFailedAt)
                        .min(Instant::compareTo)
                        .orElseThrow(),
                letters.stream()
                        .map(DeadLetterSummary::lastFailedAt)
                        .max(Instant::compareTo)
                        .orElseThrow());
    }

    @Override
    public synchronized List<RevisionView> revisions(String id) {
        return List.copyOf(revisions.getOrDefault(id, List.of()));
    }

    @Override
    public synchronized List<ReplayView> replaysOf(String deadLetterId) {
        return replays.stream()
                .filter(replay -> replay.deadLetterId().equals(deadLetterId))
                .toList();
    }

    private DeadLetterView existing(String id) {
        return deadLetter(id).orElseThrow(() -> DeadLetterNotFoundException.of(id));
    }

    private List<DeadLetterSummary> matching(DeadLetterFilter filter) {
        return letters.values().stream()
                .map(DeadLetterView::summary)
                .filter(letter -> matches(filter.pipeline(), letter.pipeline()))
                .filter(letter -> matches(filter.operator(), letter.operator()))
                .filter(letter -> matches(filter.errorCode(), letter.errorCode()))
                .filter(letter -> matches(filter.status(), letter.status()))
                .filter(letter -> matches(filter.trackingId(), letter.trackingId()))
                .filter(letter -> !filter.holdsUp() || holdsUp(letter))
                .filter(letter -> filter.text() == null
                        || Arrays.asList(
                                        letter.id(),
                                        letter.trackingId().toString(),
                                        letter.messageId(),
                                        letter.batchId(),
                                        letter.label())
                                .contains(filter.text()))
                .sorted(Comparator.comparing(DeadLetterSummary::lastFailedAt).reversed())
                .toList();
    }

    private static boolean holdsUp(DeadLetterSummary letter) {
        Behind behind = letter.behind();
        return behind != null && behind.waiting() > 0;
    }

    private static boolean matches(@Nullable Object wanted, Object actual) {
        return wanted == null || wanted.equals(actual);
    }
}
