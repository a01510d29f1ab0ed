package io.waybill.engine;

import io.waybill.format.v1.Position;

/**
 * Where the first record of a flow stands.
 *
 * @param topic empty where the flow began with a timer
 * @param leaderEpoch -1 where it is not known
 */
record Origin(String topic, int partition, long offset, int leaderEpoch) {

    static Origin of(Position position) {
        return new Origin(
                position.getTopic(), position.getPartition(), position.getNextOffset(), position.getLeaderEpoch());
    }

    Position toProto() {
        return Position.newBuilder()
                .setTopic(topic)
                .setPartition(partition)
                .setNextOffset(offset)
                .setLeaderEpoch(leaderEpoch)
                .build();
    }
}
