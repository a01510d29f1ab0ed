package io.waybill.crash;

import io.waybill.crash.Fault.Kind;
import io.waybill.crash.job.CallPoint;
import io.waybill.crash.job.SinkPoint;
import io.waybill.crash.peer.PeerPoints;
import io.waybill.engine.Probe.Point;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Which faults strike in which order. The seed decides it; when exactly each strikes, and what stands at that moment,
 * the machine decides.
 */
final class FaultPlan {

    private static final int SHORTEST_PAUSE_MILLIS = 300;
    private static final int LONGEST_PAUSE_MILLIS = 2_500;

    /** Each line as often as its number says; together sixty. */
    private record Share(int count, Kind kind, @Nullable Enum<?> at) {}

    private static final List<Share> WAYBILL = List.of(
            new Share(3, Kind.KILL, null),
            new Share(3, Kind.KILL_AND_WIPE, null),
            new Share(2, Kind.STOP, null),
            new Share(2, Kind.HALT_AT, CallPoint.CALLING),
            new Share(2, Kind.HALT_AT, Point.INSIDE_SPLIT),
            new Share(1, Kind.HALT_AT, Point.FLUSHED),
            new Share(2, Kind.HALT_AT, Point.OFFSETS_SENT),
            new Share(2, Kind.HALT_AT, SinkPoint.BETWEEN_PREPARES),
            new Share(2, Kind.HALT_AT, Point.PREPARED),
            new Share(2, Kind.HALT_AT, Point.COMMITTED),
            new Share(2, Kind.HALT_AT, SinkPoint.BETWEEN_COMMITS),
            new Share(1, Kind.HALT_AT, Point.APPLIED),
            new Share(3, Kind.HALT_AT, Point.SUNK),
            new Share(2, Kind.HALT_AT, Point.RESTORING),
            new Share(2, Kind.FREEZE, null),
            new Share(1, Kind.FREEZE_PAST_SESSION, null),
            new Share(1, Kind.FREEZE_AT, Point.FLUSHED),
            new Share(1, Kind.FREEZE_AT, Point.OFFSETS_SENT),
            new Share(1, Kind.FREEZE_AT, SinkPoint.BETWEEN_PREPARES),
            new Share(2, Kind.FREEZE_AT, Point.PREPARED),
            new Share(2, Kind.FREEZE_AT, Point.COMMITTED),
            new Share(1, Kind.FREEZE_AT, SinkPoint.BETWEEN_COMMITS),
            new Share(1, Kind.FREEZE_AT, Point.SUNK),
            new Share(1, Kind.FREEZE_AT, CallPoint.CALLING),
            new Share(2, Kind.CUT, null),
            new Share(2, Kind.STALL, null),
            new Share(2, Kind.STALL_PAST_SESSION, null),
            new Share(2, Kind.LOSE_ANSWERS, null),
            new Share(2, Kind.CUT_DATABASE, null),
            new Share(1, Kind.STALL_DATABASE, null),
            new Share(2, Kind.LOSE_DATABASE_ANSWERS, null),
            new Share(2, Kind.KILL_BROKER, null),
            new Share(2, Kind.KILL_POSTGRES, null),
            new Share(1, Kind.KILL_CONSOLE, null));

    /** With the newer group protocol: what strikes at membership. Together eight. */
    private static final List<Share> WAYBILL_NEWER = List.of(
            new Share(1, Kind.KILL, null),
            new Share(1, Kind.KILL_AND_WIPE, null),
            new Share(1, Kind.HALT_AT, Point.PREPARED),
            new Share(1, Kind.HALT_AT, Point.COMMITTED),
            new Share(1, Kind.FREEZE_AT, Point.SUNK),
            new Share(1, Kind.FREEZE_AT, Point.PREPARED),
            new Share(1, Kind.STALL_PAST_SESSION, null),
            new Share(1, Kind.LOSE_ANSWERS, null));

    private static final int CLASSIC_FOR_EACH_NEWER = 7;

    /** A handful for each peer, of the kinds that it is said to survive. */
    private static final List<Share> PEER = List.of(
            new Share(2, Kind.KILL, null),
            new Share(1, Kind.FREEZE_PAST_SESSION, null),
            new Share(1, Kind.CUT, null),
            new Share(1, Kind.LOSE_ANSWERS, null));

    /** With the point that only a peer with a database has. */
    private static final List<Share> PEER_WITH_DATABASE = List.of(
            new Share(1, Kind.KILL, null),
            new Share(1, Kind.FREEZE_PAST_SESSION, null),
            new Share(1, Kind.CUT, null),
            new Share(2, Kind.HALT_AT, PeerPoints.Point.BETWEEN_COMMITS));

    private FaultPlan() {}

    static List<Fault> of(Judged judged, long seed, int faults) {
        return switch (judged) {
            case WAYBILL -> shuffled(WAYBILL, seed, faults);
            case KAFKA_STREAMS -> shuffled(PEER, seed, faults);
            case SPRING_KAFKA, SPRING_KAFKA_WITH_POSITIONS -> shuffled(PEER_WITH_DATABASE, seed, faults);
        };
    }

    /** For the second phase of a run of so many faults. */
    static List<Fault> newer(long seed, int faults) {
        return shuffled(WAYBILL_NEWER, ~seed, Math.max(1, faults / CLASSIC_FOR_EACH_NEWER));
    }

    private static List<Fault> shuffled(List<Share> shares, long seed, int faults) {
        Random random = new Random(seed);
        List<Fault> plan = new ArrayList<>();
        while (plan.size() < faults) {
            List<Fault> round = new ArrayList<>();
            for (Share share : shares) {
                for (int i = 0; i < share.count(); i++) {
                    round.add(new Fault(share.kind(), point(share), random.nextInt(1 << 20), pause(random)));
                }
            }
            Collections.shuffle(round, random);
            plan.addAll(round);
        }
        return plan.subList(0, faults);
    }

    /** A job that calls nobody has no such point. */
    private static @Nullable Enum<?> point(Share share) {
        return share.at() == CallPoint.CALLING && !Judged.CALLS ? Point.PREPARED : share.at();
    }

    private static Duration pause(Random random) {
        return Duration.ofMillis(random.nextInt(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS));
    }
}
