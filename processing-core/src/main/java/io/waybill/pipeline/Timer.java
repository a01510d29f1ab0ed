package io.waybill.pipeline;

import java.time.Instant;

/**
 * A timer that fires.
 *
 * @param name empty where it was registered without one
 * @param time for which it was registered; it fires then or later, never before
 */
public record Timer(String name, Instant time) {}
