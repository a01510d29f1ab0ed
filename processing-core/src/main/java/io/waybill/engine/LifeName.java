package io.waybill.engine;

import java.util.UUID;

/**
 * Which life of which processing thread this is.
 *
 * @param id never used again
 * @param transactionalId of its writer; says whose it is to whoever finds a transaction of it
 */
record LifeName(UUID id, String thread, String transactionalId) {

    static LifeName of(PipelinePlan plan, String thread, UUID id) {
        return new LifeName(id, thread, plan.group() + "." + thread + "." + id);
    }
}
