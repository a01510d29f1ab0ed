/**
 * Recognising messages that were seen before. In: sightings of message ids. Out: verdicts. Called by the engine through
 * {@link io.waybill.engine.DuplicateFilter}.
 */
@NullMarked
package io.waybill.dedup;

import org.jspecify.annotations.NullMarked;
