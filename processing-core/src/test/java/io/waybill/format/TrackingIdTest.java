package io.waybill.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class TrackingIdTest {

    private static final Uuid TOPIC = new Uuid(0x0123456789abcdefL, 0x0fedcba987654321L);

    @Test
    void is_the_same_whenever_the_same_record_is_read() {
        assertThat(TrackingId.of(TOPIC, 3, 42, 1_760_000_000_000L))
                .isEqualTo(TrackingId.of(TOPIC, 3, 42, 1_760_000_000_000L))
                .hasToString("0199c82c-c000-8f52-9b05-105d75635c12");
    }

    @Test
    void differs_in_every_field() {
        Set<TrackingId> ids = new HashSet<>();
        ids.add(TrackingId.of(TOPIC, 3, 42, 1_000));
        ids.add(TrackingId.of(Uuid.randomUuid(), 3, 42, 1_000));
        ids.add(TrackingId.of(TOPIC, 4, 42, 1_000));
        ids.add(TrackingId.of(TOPIC, 3, 43, 1_000));
        ids.add(TrackingId.of(TOPIC, 3, 42, 1_001));
        assertThat(ids).hasSize(5);
    }

    @Test
    void orders_by_time() {
        assertThat(TrackingId.of(TOPIC, 9, 9, 1_000)).isLessThan(TrackingId.of(TOPIC, 0, 0, 1_001));
    }

    @Test
    void is_a_uuid_of_version_8_even_for_forged_timestamps() {
        for (long timestamp : new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE}) {
            TrackingId id = TrackingId.of(TOPIC, 0, 0, timestamp);
            assertThat(id.value().version()).isEqualTo(8);
            assertThat(id.value().variant()).isEqualTo(2);
        }
    }

    @Test
    void survives_its_bytes_and_its_text() {
        TrackingId id = TrackingId.of(TOPIC, 1, 2, 3);
        assertThat(TrackingId.of(id.toByteString())).isEqualTo(id);
        assertThat(TrackingId.parse(id.toString())).isEqualTo(id);
    }

    @Test
    void refuses_what_is_no_tracking_id() {
        assertThatThrownBy(() -> TrackingId.parse("1-1-1-1-1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TrackingId.parse("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TrackingId.of(ByteString.EMPTY)).isInstanceOf(IllegalArgumentException.class);
    }
}
