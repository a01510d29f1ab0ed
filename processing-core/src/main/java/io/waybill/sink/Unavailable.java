package io.waybill.sink;

/**
 * It did not happen, or nobody knows, and no row is to blame: it is tried again for as long as it takes.
 *
 * @param needsPerson it will not pass by itself: no such table, no rights, no such statement
 */
public record Unavailable(String reason, boolean needsPerson) implements Standing, Applied {}
