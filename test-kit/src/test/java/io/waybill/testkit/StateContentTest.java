package io.waybill.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.testkit.junit.PipelineTestExtension;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StateContentTest {

    @RegisterExtension
    final PipelineTestExtension pipeline = PipelineTestExtension.of(Shop::pipeline);

    @Test
    void showsEachKindOfStateOfOneKey(PipelineTest test) {
        test.send("tea,cup,tea").settle();

        assertThat(test.state("stock", "count", "tea").value(Long.class)).isEqualTo(2);
        assertThat(test.state("stock", "items", "tea").list(String.class)).containsExactly("tea1", "tea2");
        assertThat(test.state("stock", "attempts", "tea").map(String.class, Long.class))
                .isEqualTo(Map.of("test-1", 0L));
    }

    @Test
    void showsNothingOfAKeyThatWasNeverSeen(PipelineTest test) {
        assertThat(test.state("stock", "count", "tea").value(Long.class)).isNull();
        assertThat(test.state("stock", "items", "tea").list(String.class)).isEmpty();
        assertThat(test.state("stock", "attempts", "tea").map(String.class, Long.class))
                .isEmpty();
    }

    @Test
    void hidesWhatAFailedRecordChanged(PipelineTest test) {
        test.fail("shipped", new IllegalStateException("behind the state"), 3)
                .send("tea")
                .settle();

        assertThat(test.state("stock", "count", "tea").value(Long.class)).isNull();
        assertThat(test.deadLetter().operator()).isEqualTo("shipped");
    }

    @Test
    void forgetsWhatOutlivedItsTime(PipelineTest test) {
        test.send("alice", "tea")
                .settle()
                .advance(Duration.ofHours(25))
                .send("alice", "tea")
                .settle();

        assertThat(test.state("stock", "count", "tea").value(Long.class)).isEqualTo(2);
        assertThat(test.state("stock", "attempts", "tea").map(String.class, Long.class))
                .containsOnlyKeys("test-2");
    }

    @Test
    void keepsItOverACrashAndTheLossOfTheDisk(PipelineTest test) {
        test.send("tea").settle().crash().restartOnNewMachine().settle();

        assertThat(test.state("stock", "count", "tea").value(Long.class)).isEqualTo(1);
    }

    @Test
    void refusesAnotherKindOrType(PipelineTest test) {
        test.send("tea").settle();

        assertThatThrownBy(() -> test.state("stock", "count", "tea").list(Long.class))
                .hasMessage("WRONG_KIND: expected state 'count' to be a list, but was a value");
        assertThatThrownBy(() -> test.state("stock", "count", "tea").value(String.class))
                .hasMessageContaining("WRONG_TYPE: expected state 'count' to be of type java.lang.String");
    }
}
