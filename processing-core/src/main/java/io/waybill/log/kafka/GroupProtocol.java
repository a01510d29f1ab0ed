package io.waybill.log.kafka;

/** How members of a consumer group agree who reads what. All members of a group use the same one. */
public enum GroupProtocol {
    /** Eager: a rebalance is one cut for every member, so one checkpoint ends what is open. */
    CLASSIC("classic"),
    /** Kafka's newer protocol: the broker assigns, and only partitions that move are given away. */
    CONSUMER("consumer");

    private final String kafkaName;

    GroupProtocol(String kafkaName) {
        this.kafkaName = kafkaName;
    }

    /** As Kafka's clients write it. */
    String kafkaName() {
        return kafkaName;
    }
}
