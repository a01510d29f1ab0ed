package io.waybill.crash.peer.streams;

import io.waybill.crash.job.Booked;
import io.waybill.crash.job.Order;
import org.apache.kafka.streams.KeyValue;

/** What became of a line, between the nodes of the topology. */
sealed interface Step {

    record Good(Order.Line line) implements Step {

        static KeyValue<String, Order.Line> lineOf(Step step) {
            Order.Line line = ((Good) step).line();
            return KeyValue.pair(line.account(), line);
        }
    }

    record Done(Booked booked) implements Step {

        static Booked bookedOf(Step step) {
            return ((Done) step).booked();
        }
    }

    record GivenUp(String label, byte[] payload) implements Step {

        static KeyValue<String, byte[]> recordOf(Step step) {
            GivenUp givenUp = (GivenUp) step;
            return KeyValue.pair(givenUp.label(), givenUp.payload());
        }
    }
}
