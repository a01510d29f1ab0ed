package io.waybill.crash.oracle;

import static io.waybill.crash.oracle.Violations.Kind.STATE_WRONG;
import static io.waybill.crash.oracle.Violations.Kind.STORE_NOT_RESTORED;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What local stores must hold: after a restore what they held before, and of the job's own state what the input says. */
public final class StoreOracle {

    /** The state that the job declares. */
    private static final String TOTALS = "total/total";

    /** The engine's rows of dead letters that are not terminal. */
    private static final String DEAD_LETTERS = "dead-letter";

    private StoreOracle() {}

    /** Nothing happened in between, so every row of every column is the same. */
    public static void judgeRestore(
            Map<String, TaskContent> before, Map<String, TaskContent> after, Violations violations) {
        for (String task : union(before.keySet(), after.keySet())) {
            TaskContent was = before.get(task);
            TaskContent is = after.get(task);
            if (was == null || is == null) {
                violations.add(STORE_NOT_RESTORED, "task %s has %s store".formatted(task, is == null ? "no" : "a new"));
                continue;
            }
            for (String column : union(was.columns().keySet(), is.columns().keySet())) {
                judge(
                        task + " column " + column,
                        was.columns().getOrDefault(column, Map.of()),
                        is.columns().getOrDefault(column, Map.of()),
                        violations);
            }
        }
    }

    private static void judge(
            String what, Map<String, String> before, Map<String, String> after, Violations violations) {
        Set<String> different = union(before.keySet(), after.keySet());
        different.removeIf(key -> Objects.equals(before.get(key), after.get(key)));
        if (!different.isEmpty()) {
            violations.add(
                    STORE_NOT_RESTORED,
                    "%s: %d rows before, %d after, %d of them different, for example of key %s"
                            .formatted(
                                    what,
                                    before.size(),
                                    after.size(),
                                    different.size(),
                                    different.iterator().next()));
        }
    }

    /** Each account's total in the state, and one row for each dead letter that is open. */
    public static void judgeState(Expectation expectation, Map<String, TaskContent> stores, Violations violations) {
        Map<String, String> totals = new HashMap<>();
        int deadLetters = 0;
        for (TaskContent store : stores.values()) {
            store.columns().getOrDefault(TOTALS, Map.of()).forEach((account, total) -> {
                if (totals.put(account, total) != null) {
                    violations.add(STATE_WRONG, account + " is in two tasks");
                }
            });
            deadLetters += store.columns().getOrDefault(DEAD_LETTERS, Map.of()).size();
        }
        Map<String, Long> expected = expectation.totals();
        for (String account : union(expected.keySet(), totals.keySet())) {
            String total = String.valueOf(expected.get(account));
            if (!total.equals(totals.get(account))) {
                violations.add(
                        STATE_WRONG,
                        "the store has a total of %s of %s, expected %s"
                                .formatted(totals.get(account), account, total));
            }
        }
        if (deadLetters != expectation.open()) {
            violations.add(
                    STATE_WRONG,
                    "the stores have %d open dead letters, expected %d".formatted(deadLetters, expectation.open()));
        }
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> all = new HashSet<>(one);
        all.addAll(other);
        return all;
    }
}
