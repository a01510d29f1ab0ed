@NullMarked
package io.waybill.store.rocksdb;

import org.jspecify.annotations.NullMarked;
