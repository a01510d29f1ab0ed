/**
 * The port to a task's local store: a cache of its changelog that never leads the commit record. Two adapters:
 * {@code io.waybill.store.rocksdb} and the simulated store of the test kit. Both pass the same contract test.
 */
@NullMarked
package io.waybill.store;

import org.jspecify.annotations.NullMarked;
