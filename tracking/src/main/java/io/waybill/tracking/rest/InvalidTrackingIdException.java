package io.waybill.tracking.rest;

import io.waybill.format.TrackingId;

/** A path that names no flow by its shape alone. Code {@code INVALID_TRACKING_ID}. */
final class InvalidTrackingIdException extends RuntimeException {

    static final String CODE = "INVALID_TRACKING_ID";

    private static final long serialVersionUID = 1;

    private InvalidTrackingIdException(Throwable cause) {
        super(CODE + ": expected a tracking id, a UUID of 36 characters", cause);
    }

    static TrackingId parse(String text) {
        try {
            return TrackingId.parse(text);
        } catch (IllegalArgumentException malformed) {
            throw new InvalidTrackingIdException(malformed);
        }
    }
}
