package io.waybill.testkit.log;

import io.waybill.log.LogAdmin;
import io.waybill.testkit.sim.Point;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/** The cluster's administration. */
final class SimAdmin implements LogAdmin {

    private static final Point DESCRIBE = Point.question("admin.describe", 1);
    private static final Point CREATE = Point.remote("admin.create", 1);
    private static final Point LIST_TRANSACTIONS = Point.question("admin.transactions", 20);
    private static final Point FENCE = Point.deferrable("admin.fence", 40);

    private static final Point DELETE_RECORDS = Point.local("admin.deleteRecords");

    private final SimLog log;

    SimAdmin(SimLog log) {
        this.log = log;
    }

    @Override
    public Map<String, TopicDescription> describe(Collection<String> names) {
        return log.simulation().call(DESCRIBE, () -> {
            Map<String, TopicDescription> found = new TreeMap<>();
            for (String name : names) {
                log.topics().find(name).ifPresent(topic -> found.put(name, topic.description()));
            }
            return found;
        });
    }

    @Override
    public Set<String> names(String prefix) {
        return log.simulation().call(DESCRIBE, () -> log.topics().names(prefix));
    }

    @Override
    public void create(Collection<TopicSpec> specs) {
        log.simulation().run(CREATE, () -> specs.forEach(log.topics()::create));
    }

    @Override
    public Set<String> transactionsHolding(String prefix, Duration age, Set<TopicPartition> partitions) {
        return log.simulation().call(LIST_TRANSACTIONS, () -> log.transactions().holding(prefix, age, partitions));
    }

    /** Nobody waits for the answer, so it cannot get lost. */
    @Override
    public void deleteRecords(Map<TopicPartition, Long> before) {
        log.simulation().run(DELETE_RECORDS, () -> before.forEach(log::deleteBefore));
    }

    @Override
    public boolean holdsTransaction(String transactionalId, Duration age) {
        return log.simulation().call(LIST_TRANSACTIONS, () -> log.transactions().isOpen(transactionalId, age));
    }

    /** As all else of the simulated log, the newest; asked at the start, where nothing can go wrong yet. */
    @Override
    public TransactionProtocol transactionProtocol() {
        return TransactionProtocol.CURRENT;
    }

    /** Members of the simulated group hear everything at their next poll. */
    @Override
    public GroupTimes agreeOnTimes(String group) {
        return new GroupTimes(SimGroup.SESSION_TIMEOUT, SimGroup.SESSION_TIMEOUT, Duration.ZERO);
    }

    @Override
    public void fence(Collection<String> transactionalIds) {
        List<String> ids = List.copyOf(transactionalIds);
        log.simulation().run(FENCE, () -> ids.forEach(log.transactions()::fence));
    }
}
