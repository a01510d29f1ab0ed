package io.waybill.engine;

/**
 * Unwinds a thread whose operator took so long that another thread steers on: nothing on its way may be touched, since
 * it is the other's now.
 */
final class Relieved extends Error {

    private static final long serialVersionUID = 1;

    Relieved() {
        super("another thread steers on", null, false, false);
    }
}
