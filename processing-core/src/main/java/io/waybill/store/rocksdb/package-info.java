/**
 * Local stores in RocksDB: one database per task in {@code <folder>/<pipeline>/<stage>/<partition>}, one column family
 * per column, one memory budget for all of them. {@link io.waybill.store.rocksdb.RocksDbStores} is the one way in.
 */
@NullMarked
package io.waybill.store.rocksdb;

import org.jspecify.annotations.NullMarked;
