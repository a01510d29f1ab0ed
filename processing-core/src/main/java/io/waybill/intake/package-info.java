/**
 * Where messages enter from outside Kafka: REST, upload, drop folder. In: bytes and headers for a named pipeline. Out:
 * one record on the pipeline's source topic, acknowledged by the broker. Judges pipeline, size and ids only; content
 * is judged in the pipeline, where nothing is lost.
 */
@NullMarked
package io.waybill.intake;

import org.jspecify.annotations.NullMarked;
