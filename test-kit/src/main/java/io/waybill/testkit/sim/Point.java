package io.waybill.testkit.sim;

/**
 * A port call, as the place where a fault may strike.
 *
 * @param name such as {@code writer.commit}
 * @param lossy a network lies between: the request or its reply may get lost, which shows as a TimeoutException
 * @param deferrable the request may still arrive after its sender died or gave up
 * @param reading it changes nothing that anybody could wait for
 * @param weight how likely a fault is here, compared with a point of weight 1
 */
public record Point(String name, boolean lossy, boolean deferrable, boolean reading, int weight) {

    /** A call whose failure is the process's own death only. */
    public static Point local(String name) {
        return new Point(name, false, false, false, 1);
    }

    /** A local call that only looks. */
    public static Point look(String name) {
        return new Point(name, false, false, true, 1);
    }

    /** A local call where faults strike more often. */
    public static Point local(String name, int weight) {
        return new Point(name, false, false, false, weight);
    }

    /** A named step of a protocol: faults love it. */
    public static Point probe(String name) {
        return new Point("probe." + name, false, false, true, 40);
    }

    /** A request with a reply. */
    public static Point remote(String name, int weight) {
        return new Point(name, true, false, false, weight);
    }

    /** A request with a reply that changes nothing. */
    public static Point question(String name, int weight) {
        return new Point(name, true, false, true, weight);
    }

    /** A request that may arrive late. */
    public static Point deferrable(String name, int weight) {
        return new Point(name, true, true, false, weight);
    }
}
