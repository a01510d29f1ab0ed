package io.waybill.tracking.webhook;

/** There is no delivery of this id, or it was delivered and forgotten. Code {@code UNKNOWN_DELIVERY}. */
public final class UnknownDeliveryException extends RuntimeException {

    public static final String CODE = "UNKNOWN_DELIVERY";

    private static final long serialVersionUID = 1;

    private UnknownDeliveryException(String message) {
        super(CODE + ": " + message);
    }

    static UnknownDeliveryException of(long id) {
        return new UnknownDeliveryException("expected a delivery, but there is none of id " + id);
    }
}
