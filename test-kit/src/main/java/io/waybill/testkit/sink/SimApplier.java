package io.waybill.testkit.sink;

import io.waybill.sink.Applied;
import io.waybill.sink.Applier;
import io.waybill.sink.Rejection;
import io.waybill.sink.StagedRow;
import io.waybill.sink.Standing;
import io.waybill.sink.Turn;
import io.waybill.sink.Unavailable;
import io.waybill.testkit.sim.Point;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.TimeoutException;

/** A client of the simulated database: each call is one request, which may arrive late, or whose answer may be lost. */
final class SimApplier implements Applier<String> {

    private static final Point STANDING = Point.question("table.standing", 40);
    private static final Point APPLY = Point.deferrable("table.apply", 250);
    private static final Point REJECT = Point.deferrable("table.reject", 250);
    private static final Duration CONNECT = Duration.ofSeconds(2);

    private final SimTable table;
    private final int partition;

    SimApplier(SimTable table, int partition) {
        this.table = table;
        this.partition = partition;
    }

    private boolean isAway() {
        return table.isOut() && !table.simulation().await(CONNECT, () -> !table.isOut());
    }

    /** Besides what befalls all calls: a network to this database that loses answers, and delivers late. */
    private Applied asked(Point point, Supplier<Applied> effect) {
        return switch (table.weather()) {
            case FAIR -> table.simulation().call(point, effect);
            case LOSES_THE_ANSWER -> {
                Applied unheard = table.simulation().call(point, effect);
                throw new TimeoutException("no answer of " + unheard.getClass().getSimpleName());
            }
            case DELIVERS_LATE -> {
                table.simulation().after(table.delay(), () -> {
                    Applied unused = effect.get();
                });
                throw new TimeoutException("no answer");
            }
        };
    }

    @Override
    public Standing standing(String log) {
        if (isAway()) {
            return new Unavailable("it does not answer", false);
        }
        return table.simulation().call(STANDING, () -> table.standing(log, partition));
    }

    @Override
    public Applied apply(Turn turn, List<? extends StagedRow<? extends String>> rows) {
        List<SimTable.Row> bound = new ArrayList<>();
        for (StagedRow<? extends String> row : rows) {
            try {
                bound.add(new SimTable.Row(turn.log(), partition, row.offset(), row.value()));
            } catch (Exception unreadable) {
                return new Applied.Refused(
                        new Rejection(row.offset(), "UNDECODABLE", String.valueOf(unreadable.getMessage())), true);
            }
        }
        return isAway()
                ? new Unavailable("it does not answer", false)
                : asked(APPLY, () -> table.apply(turn, partition, bound));
    }

    @Override
    public Applied reject(Turn turn, Rejection rejection) {
        return isAway()
                ? new Unavailable("it does not answer", false)
                : asked(REJECT, () -> table.reject(turn, partition, rejection));
    }

    @Override
    public void close() {}
}
