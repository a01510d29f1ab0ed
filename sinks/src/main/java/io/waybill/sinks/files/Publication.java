package io.waybill.sinks.files;

import io.waybill.sink.Handle;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** How committed rows come before readers. The rename that it is, is the commit; it happens once, whoever tries. */
sealed interface Publication permits FileForEach, RolledFiles {

    /**
     * Takes the rows out of what is prepared, durably. Nothing happens where another did it.
     *
     * @param staged the handle's folder, sound
     * @param late whether the partitions have other owners by now
     */
    void publish(Path staged, Handle handle, Manifest manifest, long stamp, boolean late) throws IOException;

    /** Shows what is due of what this participant has committed. */
    void due() throws IOException;

    /** Shows what waits of a partition, since another will write its rows from now on. */
    void handOver(int partition) throws IOException;

    /** Shows what others have left. */
    void adopt(Instant now) throws IOException;

    /** Shows what can be shown; what cannot, others will. */
    void close();
}
