package io.waybill.engine;

import io.waybill.format.v1.OwnerNote;
import io.waybill.format.v1.Suspect;
import io.waybill.format.v1.SuspectRun;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * What the notes of a task's owners tell the next one.
 *
 * @param exits unclean ones that are held against what the task has not committed
 * @param runs those that are held against records that were run alone, and their parts: by subject, then by path
 */
record Evidence(int exits, Map<String, Map<PartPath, Integer>> runs) {

    static final Evidence NONE = new Evidence(0, Map.of());

    /**
     * @param own the note that this life wrote itself, if any: it lives, so the note tells of no exit
     * @param others the notes of other lives
     * @param most as many exits as can be held against more than one record
     */
    static Evidence of(Collection<OwnerNote> own, Collection<OwnerNote> others, int most) {
        int exits = 0;
        Map<String, Map<PartPath, Integer>> runs = new HashMap<>();
        for (OwnerNote note : own) {
            exits = Math.max(exits, Math.min(note.getExits(), most));
            add(note.getSuspect(), 0, runs);
        }
        for (OwnerNote note : others) {
            int ended = note.getLeft() ? 0 : 1;
            exits = Math.max(exits, Math.min(note.getExits() + ended, most));
            add(note.getSuspect(), ended, runs);
        }
        return new Evidence(exits, runs);
    }

    private static void add(Suspect suspect, int ended, Map<String, Map<PartPath, Integer>> runs) {
        if (suspect.getSubject().isEmpty()) {
            return;
        }
        Map<PartPath, Integer> of = runs.computeIfAbsent(suspect.getSubject(), subject -> new HashMap<>());
        for (SuspectRun run : suspect.getRunsList()) {
            of.merge(new PartPath(run.getPathList()), run.getExits() + (run.getRunning() ? ended : 0), Math::max);
        }
    }
}
