package io.waybill.engine;

import io.waybill.store.LocalStoreException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes what a life held, each whatever the others throw: nothing here can undo or decide anything any more. */
final class Closing {

    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    private Closing() {}

    static void all(List<AutoCloseable> resources) {
        for (AutoCloseable resource : resources) {
            try {
                resource.close();
            } catch (LocalStoreException e) {
                // Lost nothing, but a disk that fails is worth a look.
                LOG.warn("closing {}", resource, e);
            } catch (Exception e) {
                LOG.debug("closing {}: {}", resource, e.toString());
            }
        }
    }
}
