package io.waybill.log.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InstanceIdsTest {

    @Test
    void eachReaderHasANameOfItsOwnAndAReleasedOneIsUsedAgain() {
        InstanceIds ids = new InstanceIds("pod-7");
        int first = ids.take();
        int second = ids.take();
        assertThat(ids.name(first)).isEqualTo("pod-7-0");
        assertThat(ids.name(second)).isEqualTo("pod-7-1");

        ids.giveBack(first);
        assertThat(ids.name(ids.take())).isEqualTo("pod-7-0");
    }

    @Test
    void dynamicMembersHaveNoName() {
        InstanceIds ids = new InstanceIds(null);
        assertThat(ids.name(ids.take())).isNull();
    }
}
