package io.waybill.engine;

import io.waybill.engine.Mark.Group;
import io.waybill.format.v1.OwnerNote;
import io.waybill.format.v1.Suspect;
import io.waybill.format.v1.SuspectGroup;
import io.waybill.format.v1.SuspectRun;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What the notes of a task's owners tell the next one. An exit is held against what the note says was in operators, and
 * counts on from what was held against that before. One that came while nothing was is the first, or counts for nothing.
 * A group is run one by one from {@link #alone} exits on, so that one is found only where it was alone at two of them.
 *
 * @param exits 1 where an owner ended whose note does not say what it ran, else 0: held against whatever is not committed
 * @param groups exits held against groups, that one included; more than one
 * @param runs those that are held against records that were alone at an exit, and their parts: by subject, then by path
 */
record Evidence(int exits, Map<Group, Integer> groups, Map<String, Map<PartPath, Integer>> runs) {

    static final Evidence NONE = new Evidence(0, Map.of(), Map.of());

    /** From so many exits on what they are held against is run alone. */
    static int alone(int uncleanExits) {
        return uncleanExits - 2;
    }

    /**
     * @param own the note that this life wrote itself, if any: it lives, so the note tells of no exit
     * @param others the notes of other lives
     * @param uncleanExits after which a record is found to be what ends its owners
     */
    static Evidence of(Collection<OwnerNote> own, Collection<OwnerNote> others, int uncleanExits) {
        Reading reading = new Reading(uncleanExits);
        own.forEach(note -> reading.read(note, false));
        others.forEach(note -> reading.read(note, !note.getLeft()));
        return new Evidence(reading.exits, reading.groups, reading.runs);
    }

    private static final class Reading {

        private final int uncleanExits;
        private int exits;
        private final Map<Group, Integer> groups = new HashMap<>();
        private final Map<String, Map<PartPath, Integer>> runs = new HashMap<>();

        Reading(int uncleanExits) {
            this.uncleanExits = uncleanExits;
        }

        /** @param ended whether its owner was not heard of any more */
        void read(OwnerNote note, boolean ended) {
            List<Suspect> suspects = new ArrayList<>(note.getFurtherList());
            suspects.add(note.getSuspect());
            boolean oneRan = false;
            boolean found = false;
            for (Suspect suspect : suspects) {
                for (SuspectRun run : suspect.getRunsList()) {
                    oneRan |= run.getRunning();
                    found |= run.getRunning() && !run.getReplay() && held(run, ended) >= uncleanExits;
                }
            }
            for (Suspect suspect : suspects) {
                for (SuspectRun run : suspect.getRunsList()) {
                    if (!found || held(run, ended) >= uncleanExits) {
                        read(suspect.getSubject(), run, ended);
                    }
                }
            }
            if (found) {
                // What is held against others was its doing.
                return;
            }
            exits = Math.max(exits, Math.min(note.getExits() + (ended && !oneRan ? 1 : 0), 1));
            for (SuspectGroup group : note.getGroupList()) {
                int held = group.getExits() + (group.getRunning() && ended ? 1 : 0);
                if (held > 1) {
                    groups.merge(
                            new Group(group.getSubject(), group.getNumber()),
                            Math.min(held, alone(uncleanExits)),
                            Math::max);
                }
            }
            suspects.forEach(this::nameGroup);
        }

        /** One that was alone at an exit runs alone again, though what its group of records was named by is committed. */
        private void nameGroup(Suspect suspect) {
            String subject = suspect.getSubject();
            boolean suspected = runs.getOrDefault(subject, Map.of()).values().stream()
                    .anyMatch(held -> held > alone(uncleanExits) && held < uncleanExits);
            if (suspected
                    && groups.keySet().stream()
                            .noneMatch(group -> group.subject().equals(subject))) {
                groups.put(new Group(subject, 0), alone(uncleanExits));
            }
        }

        private static int held(SuspectRun run, boolean ended) {
            return run.getExits() + (run.getRunning() && ended ? 1 : 0);
        }

        /** One that runs for what is held against its group has nothing of its own. */
        private void read(String subject, SuspectRun run, boolean ended) {
            boolean own = !run.getRunning() || ended || (!run.getReplay() && run.getExits() > alone(uncleanExits));
            if (own) {
                runs.computeIfAbsent(subject, name -> new HashMap<>())
                        .merge(new PartPath(run.getPathList()), held(run, ended), Math::max);
            }
        }
    }

    boolean isNone() {
        return exits == 0 && groups.isEmpty() && runs.isEmpty();
    }

    /** Held against the records that are taken up first. */
    int againstTheFirst() {
        int most = exits;
        for (Map.Entry<Group, Integer> group : groups.entrySet()) {
            if (group.getKey().isOfRecords()) {
                most = Math.max(most, group.getValue());
            }
        }
        return most;
    }

    /** Held against each of a group of parts. */
    int against(Group group) {
        return Math.max(exits, groups.getOrDefault(group, 0));
    }

    /**
     * What stands below these positions, by topic, is committed, and so is what has no row any more: it is not run again,
     * whatever its owner had noted.
     */
    Evidence from(Map<String, Long> positions, Predicate<String> isGone) {
        Predicate<String> isOver = subject -> isBelow(subject, positions) || isGone.test(subject);
        Map<Group, Integer> later = new HashMap<>(groups);
        later.keySet().removeIf(group -> isOver.test(group.subject()));
        Map<String, Map<PartPath, Integer>> laterRuns = new HashMap<>(runs);
        laterRuns.keySet().removeIf(isOver);
        return new Evidence(exits, later, laterRuns);
    }

    private static boolean isBelow(String subject, Map<String, Long> positions) {
        int at = subject.lastIndexOf('@');
        return at > 0
                && Long.parseLong(subject, at + 1, subject.length(), 10)
                        < positions.getOrDefault(subject.substring(0, at), 0L);
    }

    /** These are committed. */
    Evidence without(Set<String> subjects) {
        Map<String, Map<PartPath, Integer>> others = new HashMap<>(runs);
        return others.keySet().removeAll(subjects) ? new Evidence(exits, groups, others) : this;
    }

    /** Held against one that was alone at an exit. */
    int againstOne(String subject, PartPath path) {
        return runs.getOrDefault(subject, Map.of()).getOrDefault(path, 0);
    }

    /** What was found stays so, the rest is over. */
    Evidence ofRuns() {
        return new Evidence(0, Map.of(), runs);
    }

    /** A note that hands it on, and says what is in operators. */
    OwnerNote.Builder note(Mark mark) {
        OwnerNote.Builder note = OwnerNote.newBuilder().setExits(exits);
        Map<Group, Integer> others = new HashMap<>(groups);
        Map<String, Suspect.Builder> suspects = new TreeMap<>();
        runs.forEach((subject, counts) -> counts.forEach((path, count) -> {
            if (!(mark instanceof Mark.OfOne one
                    && one.subject().equals(subject)
                    && one.path().equals(path))) {
                of(suspects, subject).addRuns(run(path, count));
            }
        }));
        switch (mark) {
            case Mark.Nothing nothing -> {
                // Nothing is.
            }
            case Mark.OfGroup some -> {
                others.remove(some.group());
                note.addGroup(group(some.group(), some.exits()).setRunning(true));
            }
            case Mark.OfOne one ->
                of(suspects, one.subject())
                        .addRuns(run(one.path(), one.exits()).setRunning(true).setReplay(one.replay()));
        }
        others.forEach((group, held) -> note.addGroup(group(group, held)));
        suspects.values().forEach(suspect -> {
            if (note.hasSuspect()) {
                note.addFurther(suspect);
            } else {
                note.setSuspect(suspect);
            }
        });
        return note;
    }

    private static Suspect.Builder of(Map<String, Suspect.Builder> suspects, String subject) {
        return suspects.computeIfAbsent(subject, name -> Suspect.newBuilder().setSubject(name));
    }

    private static SuspectGroup.Builder group(Group group, int held) {
        return SuspectGroup.newBuilder()
                .setSubject(group.subject())
                .setNumber(group.number())
                .setExits(held);
    }

    private static SuspectRun.Builder run(PartPath path, int held) {
        return SuspectRun.newBuilder().addAllPath(path.steps()).setExits(held);
    }
}
