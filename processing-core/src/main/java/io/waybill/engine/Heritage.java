package io.waybill.engine;

import java.util.UUID;

/**
 * What the lives of a processing thread hand on to each other, apart from the log.
 *
 * @param life names the notes of all incarnations whose failure this process lived through
 * @param isolation shared with the other threads of the process
 */
record Heritage(UUID life, Isolation isolation, Refusals refusals) {

    Heritage ofAnotherLife(UUID next) {
        return new Heritage(next, isolation, refusals);
    }
}
