package io.waybill.deadletters.desk;

import jakarta.persistence.Tuple;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

/** Who did the last thing to a dead letter, what and when: what a person who came too late is told. */
final class LastDeed {

    private LastDeed() {}

    /** One sentence without its full stop. */
    static String of(Session session, String id) {
        @Nullable
        Tuple last = session.createNativeQuery("""
                        select at, who, what from waybill.dead_letter_history
                        where dead_letter_id = :id order by at desc, attempt desc, step desc limit 1""", Tuple.class)
                .addScalar("at", Instant.class)
                .addScalar("who", String.class)
                .addScalar("what", String.class)
                .setParameter("id", id)
                .getSingleResultOrNull();
        return last == null
                ? "nobody has touched it"
                : "%s %s at %s"
                        .formatted(
                                last.get("who"),
                                last.get("what"),
                                last.get("at", Instant.class).truncatedTo(ChronoUnit.SECONDS));
    }
}
