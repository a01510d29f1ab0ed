package io.waybill.engine;

import io.waybill.log.LogReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Ends the poll of a processing thread early when there is something else to do: the one that is under way, or the next.
 * The reader is woken while it polls and at no other time, since any other of its calls would throw then.
 */
final class Alarm {

    private final LogReader reader;
    private boolean polling;
    private boolean rung;

    Alarm(LogReader reader) {
        this.reader = reader;
    }

    /** Safe for any thread. */
    synchronized void ring() {
        if (!rung && polling) {
            reader.wakeup();
        }
        rung = true;
    }

    /** By the thread that steers. */
    List<ConsumerRecord<byte[], byte[]>> poll(Duration wait) {
        boolean rang = begin();
        try {
            List<ConsumerRecord<byte[], byte[]>> polled = reader.poll(rang ? Duration.ZERO : wait);
            return end() ? withoutAlarm(polled) : polled;
        } catch (WakeupException woken) {
            end();
            return List.of();
        } catch (RuntimeException | Error failed) {
            end();
            throw failed;
        }
    }

    private synchronized boolean begin() {
        boolean rang = rung;
        rung = false;
        polling = true;
        return rang;
    }

    /** @return whether it rang meanwhile */
    private synchronized boolean end() {
        boolean rang = rung;
        rung = false;
        polling = false;
        return rang;
    }

    /** It rang when the poll had what it wanted: the reader would throw out of whatever is called next. */
    private List<ConsumerRecord<byte[], byte[]>> withoutAlarm(List<ConsumerRecord<byte[], byte[]>> polled) {
        try {
            List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>(polled);
            all.addAll(reader.poll(Duration.ZERO));
            return all;
        } catch (WakeupException forgotten) {
            return polled;
        }
    }
}
