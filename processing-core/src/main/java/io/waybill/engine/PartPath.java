package io.waybill.engine;

import io.waybill.format.TrackingId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Where a record stands in its flow: empty for the flow's own record, [3, 1] for the first part of its third part. */
record PartPath(List<Integer> steps) {

    static final PartPath ROOT = new PartPath(List.of());

    PartPath {
        steps = List.copyOf(steps);
    }

    /** @param number 1-based */
    PartPath child(int number) {
        List<Integer> more = new ArrayList<>(steps);
        more.add(number);
        return new PartPath(more);
    }

    boolean isRoot() {
        return steps.isEmpty();
    }

    String deadLetterId(TrackingId flow, String stage) {
        return flow + "." + stage + "." + (isRoot() ? "0" : joined("-"));
    }

    @Override
    public String toString() {
        return joined(".");
    }

    private String joined(String separator) {
        if (isRoot()) {
            return "";
        }
        return steps.stream().map(String::valueOf).collect(Collectors.joining(separator));
    }
}
