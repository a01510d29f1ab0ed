package io.waybill.testkit.engine;

import io.waybill.testkit.engine.Station.Outlet;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Pipelines that read one another's outputs: a chain, a fan, a diamond; often one more that nobody declared. */
record Network(List<Station> stations) {

    static final String IN = "in";
    static final String MIDDLE = "middle";
    static final String LOW = "low";
    static final String OUT = "out";
    static final List<String> TOPICS = List.of(IN, MIDDLE, LOW, OUT);

    Network {
        stations = List.copyOf(stations);
    }

    static Network drawn(RandomGenerator random) {
        List<Station> stations = new ArrayList<>();
        List<Outlet> first = new ArrayList<>();
        switch (random.nextInt(3)) {
            case 0 -> {
                first.add(new Outlet("hand-on", MIDDLE, List.of("b")));
                stations.add(station("b", MIDDLE, random, new Outlet("hand-on", LOW, List.of("c"))));
                stations.add(station("c", LOW, random, new Outlet("end", OUT, List.of())));
            }
            case 1 -> {
                first.add(new Outlet("hand-on", MIDDLE, List.of("b", "c")));
                first.add(new Outlet("end", OUT, List.of()));
                stations.add(station("b", MIDDLE, random, new Outlet("end", OUT, List.of())));
                stations.add(station("c", MIDDLE, random, new Outlet("end", OUT, List.of())));
            }
            default -> {
                first.add(new Outlet("hand-on", MIDDLE, List.of("b")));
                first.add(new Outlet("hand-on-low", LOW, List.of("c")));
                first.add(new Outlet("hand-on-again", MIDDLE, List.of("b")));
                stations.add(station("b", MIDDLE, random, new Outlet("hand-on", LOW, List.of("c"))));
                stations.add(station("c", LOW, random, new Outlet("end", OUT, List.of())));
            }
        }
        List<Outlet> early =
                random.nextInt(3) == 0 ? List.of(new Outlet("hand-on-early", MIDDLE, List.of("b"))) : List.of();
        stations.addFirst(new Station("a", IN, true, random.nextBoolean(), random.nextBoolean(), early, first));
        if (random.nextBoolean()) {
            stations.add(station("stranger", MIDDLE, random, new Outlet("end", OUT, List.of())));
        }
        return new Network(stations);
    }

    private static Station station(String name, String source, RandomGenerator random, Outlet outlet) {
        return new Station(
                name,
                source,
                random.nextInt(4) > 0,
                random.nextBoolean(),
                random.nextBoolean(),
                List.of(),
                List.of(outlet));
    }

    Station named(String name) {
        return stations.stream()
                .filter(station -> station.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    long readers(String topic) {
        return stations.stream()
                .filter(station -> station.source().equals(topic))
                .count();
    }

    /** Whether a copy on this topic takes effect nowhere. */
    boolean recognisesDuplicates(String topic) {
        return stations.stream()
                .filter(station -> station.source().equals(topic))
                .allMatch(Station::deduplicates);
    }
}
