package io.waybill.engine;

import io.waybill.pipeline.StateDeclaration;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Looks at the records that wait in a task's queue and has the store read, many at once, what they will ask for: their
 * message ids, and the single values that keyed state keeps under their keys.
 */
final class Foresight {

    /** Enough to spread the cost of a call; few, since with each checkpoint those that are left have looked in vain. */
    static final int RECORDS = 64;

    private final RowsAhead rows;
    private final Arrivals arrivals;
    private final List<String> valueColumns;
    private int looked;

    Foresight(RowsAhead rows, Arrivals arrivals, StateCatalog catalog) {
        this.rows = rows;
        this.arrivals = arrivals;
        this.valueColumns = catalog.all().stream()
                .filter(state -> state.declaration().kind() == StateDeclaration.Kind.VALUE)
                .map(StateCatalog.Current::column)
                .toList();
    }

    /** One of them is taken up next. */
    void before(Iterable<ConsumerRecord<byte[], byte[]>> queued) {
        if (looked == 0) {
            look(queued);
        }
        looked = Math.max(0, looked - 1);
    }

    private void look(Iterable<ConsumerRecord<byte[], byte[]>> queued) {
        boolean wantsIds = !rows.isEmpty(DuplicateFilter.IDS);
        List<RowKey> ids = new ArrayList<>(RECORDS);
        List<RowKey> keys = new ArrayList<>(RECORDS);
        for (ConsumerRecord<byte[], byte[]> record : queued) {
            if (looked == RECORDS) {
                break;
            }
            looked++;
            String id = wantsIds ? arrivals.messageId(record) : "";
            if (!id.isEmpty()) {
                ids.add(new RowKey(id.getBytes(StandardCharsets.UTF_8)));
            }
            byte[] key = record.key();
            if (key != null && !valueColumns.isEmpty()) {
                keys.add(new RowKey(key));
            }
        }
        rows.readAhead(DuplicateFilter.IDS, ids);
        valueColumns.forEach(column -> rows.readAhead(column, keys));
    }

    /** The store was written: it has forgotten the ids. */
    void written() {
        looked = 0;
    }
}
