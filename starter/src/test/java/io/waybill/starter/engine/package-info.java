/** Pipelines as beans, on a real broker. */
@NullMarked
package io.waybill.starter.engine;

import org.jspecify.annotations.NullMarked;
