package io.waybill.console.overview;

import org.jspecify.annotations.Nullable;

/**
 * One sentence, and where to go.
 *
 * @param link null: nowhere, all is well
 */
record Verdict(
        String tone,
        String icon,
        String headline,
        String detail,
        @Nullable String link,
        @Nullable String linkText) {

    /** The worst comes first: what stands still, then what one cannot see, then what waits for a person. */
    static Verdict of(Situation situation) {
        if (situation.openIncidents() > 0) {
            boolean one = situation.openIncidents() == 1;
            return new Verdict(
                    "bad",
                    "alert",
                    one ? "1 incident is open" : situation.openIncidents() + " incidents are open",
                    "A task has stopped or something cannot be decided without you. Its messages wait; nothing is lost.",
                    "/incidents",
                    one ? "See the incident" : "See the incidents");
        }
        if (situation.behind()) {
            return new Verdict(
                    "warn",
                    "clock",
                    "This page is behind",
                    "Processing goes on, but what you see here is older than a minute. Check the database and the "
                            + "application's log.",
                    null,
                    null);
        }
        if (situation.unresolved() > 0) {
            boolean one = situation.unresolved() == 1;
            return new Verdict(
                    "warn",
                    "alert",
                    one ? "1 message needs you" : "%,d messages need you".formatted(situation.unresolved()),
                    situation.failingGroups() == 1
                            ? "Everything else went through. They failed for one cause."
                            : "Everything else went through. They failed for %d causes."
                                    .formatted(situation.failingGroups()),
                    "/failures",
                    "See what failed");
        }
        return new Verdict("good", "check", "Everything is fine", "Nothing failed, nothing waits for you.", null, null);
    }
}
