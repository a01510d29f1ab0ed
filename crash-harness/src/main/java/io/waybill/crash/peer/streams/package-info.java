/** The job on Kafka Streams with exactly_once_v2, as its documentation recommends. */
@NullMarked
package io.waybill.crash.peer.streams;

import org.jspecify.annotations.NullMarked;
