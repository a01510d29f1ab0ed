package io.waybill.log;

import java.time.Duration;
import java.util.Collection;

/** Opens readers and writers of the log. Safe for any thread; what it opens is for one thread each. */
public interface Log {

    /**
     * A member of a consumer group, subscribed to {@code topics}; reads committed records only, starts where the group
     * committed and never resets by itself: an offset out of range or missing is an exception of {@code poll}.
     */
    GroupReader joinGroup(String group, Collection<String> topics, GroupReader.RebalanceListener listener);

    /** Reads partitions it is given, committed records only; belongs to no group. */
    LogReader reader();

    /** A transactional writer; fences every earlier writer of the same transactional id. */
    TransactionalWriter transactionalWriter(String transactionalId, Duration transactionTimeout);

    /** An idempotent writer without transactions. Safe for any thread. */
    LogWriter writer();

    LogAdmin admin();
}
