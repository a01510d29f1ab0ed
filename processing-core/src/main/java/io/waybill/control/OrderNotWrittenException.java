package io.waybill.control;

/**
 * The broker did not acknowledge an order in time: it may or may not be on the log. Giving it again is safe. Code
 * {@code ORDER_NOT_ACKNOWLEDGED}.
 */
public final class OrderNotWrittenException extends RuntimeException {

    public static final String CODE = "ORDER_NOT_ACKNOWLEDGED";

    private static final long serialVersionUID = 1;

    private OrderNotWrittenException(String message, Throwable cause) {
        super(CODE + ": " + message, cause);
    }

    static OrderNotWrittenException of(String topic, Throwable cause) {
        return new OrderNotWrittenException(
                "no acknowledgement for an order on topic '%s': it may or may not have been written; give it again"
                        .formatted(topic),
                cause);
    }
}
