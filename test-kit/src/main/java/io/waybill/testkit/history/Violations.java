package io.waybill.testkit.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is wrong with a history. Holds the first hundred. */
final class Violations {

    private static final int MOST = 100;

    private final List<String> found = new ArrayList<>();

    void expectEqual(String what, @Nullable Object expected, @Nullable Object actual) {
        if (!Objects.equals(expected, actual)) {
            add("%s: expected %s, but was %s".formatted(what, expected, actual));
        }
    }

    void add(String violation) {
        if (found.size() < MOST) {
            found.add(violation);
        }
    }

    List<String> all() {
        return List.copyOf(found);
    }
}
