/** The chain of hashes, computed outside the database. */
@NullMarked
package io.waybill.audit.chain;

import org.jspecify.annotations.NullMarked;
