/**
 * A simulated log: what Kafka guarantees is guaranteed, what it does not is drawn from the seed. In: the port
 * {@code io.waybill.log}. Out: the same outcomes and exceptions a real cluster gives, and the whole content for those who
 * check it.
 */
@NullMarked
package io.waybill.testkit.log;

import org.jspecify.annotations.NullMarked;
