package io.waybill.deadletters.desk;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

/** Who did the last thing to a dead letter, what and when: what a person who came too late is told. */
record LastDeed(OffsetDateTime at, String who, String what) {

    /** One sentence without its full stop. */
    static String of(Session session, String id) {
        @Nullable
        LastDeed last = session.createNativeQuery("""
                        select at, who, what from waybill.dead_letter_history
                        where dead_letter_id = :id order by at desc, attempt desc, step desc limit 1""", LastDeed.class)
                .setParameter("id", id)
                .getSingleResultOrNull();
        return last == null ? "nobody has touched it" : last.sentence();
    }

    private String sentence() {
        return "%s %s at %s"
                .formatted(who, what, at.withOffsetSameInstant(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS));
    }
}
