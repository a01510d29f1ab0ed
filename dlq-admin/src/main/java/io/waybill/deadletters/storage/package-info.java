/**
 * What Postgres can hold of values that others chose. In: hostile text, header bytes, clocks. Out: text without NUL and
 * within bounds, JSON, times within range. Called by the other packages of dead-letter administration.
 */
@NullMarked
package io.waybill.deadletters.storage;

import org.jspecify.annotations.NullMarked;
