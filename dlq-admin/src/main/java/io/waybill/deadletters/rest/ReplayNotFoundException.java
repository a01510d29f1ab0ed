package io.waybill.deadletters.rest;

/** There is no such replay. Code {@code REPLAY_NOT_FOUND}. */
final class ReplayNotFoundException extends RuntimeException {

    static final String CODE = "REPLAY_NOT_FOUND";

    private static final long serialVersionUID = 1;

    private ReplayNotFoundException(String id) {
        super(CODE + ": there is no replay '" + id + "'");
    }

    static ReplayNotFoundException of(String id) {
        return new ReplayNotFoundException(id);
    }
}
