package io.waybill.crash.job;

/** The topics of the job, the same for every judged system. */
public final class JobTopics {

    public static final String ORDERS = "orders";
    /** Partitioned by account. */
    public static final String BOOKED = "booked";
    /** Where systems without dead letters of their own put what they give up. */
    public static final String GIVEN_UP = "given-up";

    public static final int PARTITIONS = 6;

    private JobTopics() {}
}
