package io.waybill.tracking.webhook;

/** It is tried again by itself, so nobody needs to send it. Code {@code DELIVERY_PENDING}. */
public final class DeliveryPendingException extends RuntimeException {

    public static final String CODE = "DELIVERY_PENDING";

    private static final long serialVersionUID = 1;

    private DeliveryPendingException(String message) {
        super(CODE + ": " + message);
    }

    static DeliveryPendingException of(Webhooks.DeliveryView delivery) {
        return new DeliveryPendingException(
                "expected delivery %d to be delivered or given up, but it is pending, due at %s"
                        .formatted(delivery.id(), delivery.dueAt()));
    }
}
