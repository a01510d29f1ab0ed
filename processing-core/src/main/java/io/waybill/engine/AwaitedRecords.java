package io.waybill.engine;

import io.waybill.format.v1.Awaited;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where records of a flow are awaited: for each stage, or other pipeline, how many and the exclusive or of their paths.
 * That takes as much room as the pipeline has stages, however many records there are; and of the last one that is
 * missing, which is what people look for, the path remains.
 */
final class AwaitedRecords {

    private AwaitedRecords() {}

    private record Place(String stage, String pipeline) {}

    /** Without those places at which nothing is left. */
    static List<Awaited> sum(List<Awaited> some, List<Awaited> more) {
        if (more.isEmpty()) {
            return some;
        }
        Map<Place, Awaited> sums = new LinkedHashMap<>();
        some.forEach(each -> sums.merge(place(each), each, AwaitedRecords::sum));
        more.forEach(each -> sums.merge(place(each), each, AwaitedRecords::sum));
        sums.values().removeIf(each -> each.getRecords() == 0 && each.getPathCount() == 0);
        return List.copyOf(sums.values());
    }

    private static Place place(Awaited awaited) {
        return new Place(awaited.getStage(), awaited.getPipeline());
    }

    private static Awaited sum(Awaited one, Awaited other) {
        return one.toBuilder()
                .setRecords(one.getRecords() + other.getRecords())
                .clearPath()
                .addAllPath(eitherOr(one.getPathList(), other.getPathList()))
                .build();
    }

    /** Steps are at least 1, so zeros at the end are none. */
    private static List<Integer> eitherOr(List<Integer> one, List<Integer> other) {
        List<Integer> steps = new ArrayList<>();
        Iterator<Integer> ones = one.iterator();
        Iterator<Integer> others = other.iterator();
        while (ones.hasNext() || others.hasNext()) {
            steps.add((ones.hasNext() ? ones.next() : 0) ^ (others.hasNext() ? others.next() : 0));
        }
        while (!steps.isEmpty() && steps.getLast() == 0) {
            steps.removeLast();
        }
        return steps;
    }

    /** For people. */
    static String text(List<Awaited> awaited) {
        return awaited.stream().map(AwaitedRecords::text).collect(Collectors.joining(", "));
    }

    private static String text(Awaited at) {
        String place = at.getPipeline().isEmpty()
                ? "stage '%s'".formatted(at.getStage())
                : "pipeline '%s'".formatted(at.getPipeline());
        if (at.getRecords() != 1) {
            return "%d records in %s".formatted(at.getRecords(), place);
        }
        String part = new PartPath(at.getPathList()).toString();
        return part.isEmpty() ? "its record in " + place : "part %s in %s".formatted(part, place);
    }
}
