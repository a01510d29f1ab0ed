/**
 * What product teams import: pipelines and their operators, serdes, failure policies. In: a declaration. Out: an
 * immutable {@link io.waybill.pipeline.Pipeline} that the engine, the intake and the console read. Nothing here knows
 * the engine, so a pipeline can be handed to another one.
 */
@NullMarked
package io.waybill.pipeline;

import org.jspecify.annotations.NullMarked;
