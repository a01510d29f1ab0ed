package io.waybill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** These bytes lie on the log: every later version must find them. */
class ChangelogKeysTest {

    @Test
    void a_key_is_the_column_a_zero_byte_and_the_row_s_key() {
        byte[] encoded = ChangelogKeys.encode("flow", new byte[] {0, 1, (byte) 0xff});

        assertThat(HexFormat.of().formatHex(encoded)).isEqualTo("666c6f77000001ff");
        assertThat(ChangelogKeys.column(encoded)).isEqualTo("flow");
        assertThat(ChangelogKeys.key(encoded)).containsExactly(0, 1, 0xff);
    }

    @Test
    void the_columns_keep_their_names() {
        assertThat(Rows.FLOWS).isEqualTo("flow");
        assertThat(Rows.DEAD_LETTERS).isEqualTo("dead-letter");
        assertThat(HexFormat.of().formatHex(ChangelogKeys.encode(Rows.MARKER, Rows.MARKER_KEY)))
                .isEqualTo("6d61726b65720000");
    }

    @Test
    void a_key_without_a_column_halts_the_task() {
        assertThatThrownBy(() -> ChangelogKeys.column(new byte[] {1, 2}))
                .isInstanceOf(TaskHaltedException.class)
                .hasMessageContaining("STATE_DAMAGED");
    }
}
