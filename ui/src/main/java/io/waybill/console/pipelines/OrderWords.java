package io.waybill.console.pipelines;

import io.waybill.control.PipelineView;
import io.waybill.control.Wanted;
import java.util.Comparator;
import java.util.List;

/**
 * An order in words.
 *
 * @param verb on the button
 * @param consequence what will happen
 * @param danger whether work stands still by it
 */
public record OrderWords(Wanted wanted, String verb, String consequence, boolean danger) {

    static OrderWords of(Wanted wanted, PipelineView pipeline) {
        boolean stopped = pipeline.wanted() == Wanted.STOPPED;
        return switch (wanted) {
            case RUNNING ->
                new OrderWords(
                        wanted,
                        stopped ? "Start" : "Resume",
                        stopped
                                ? "Its threads join their group again, restore what they need, and go on where they left off. Nothing is lost or repeated."
                                : "Every thread goes on where it paused. What came in meanwhile waits on its topic and is processed now.",
                        false);
            case PAUSED ->
                new OrderWords(
                        wanted,
                        stopped ? "Start paused" : "Pause",
                        stopped
                                ? "Its threads join their group again and open their tasks, but take nothing up."
                                : "No thread takes up another record, replay or timer. What is in an operator now ends first. Threads keep their tasks, so that going on takes no time. New messages wait on their topic.",
                        true);
            case DRAINING ->
                new OrderWords(
                        wanted,
                        "Drain",
                        "No message and no timer begins a new flow. What is inside goes on until all of it is out; replays are still taken. Dead letters stay where they are. Then the pipeline is drained and stays so.",
                        true);
            case STOPPED ->
                new OrderWords(
                        wanted,
                        "Stop",
                        "Its threads end what is in an operator now, give their tasks back and leave their group, on every instance. Instances that start later stay out too. New messages wait on their topic.",
                        true);
        };
    }

    /** What may be ordered now, the way back to work first. */
    static List<OrderWords> allowed(PipelineView pipeline) {
        return pipeline.wanted().next().stream()
                .sorted(Comparator.naturalOrder())
                .map(wanted -> of(wanted, pipeline))
                .toList();
    }
}
