package io.waybill.testkit.flaw;

/** Which part of the engine a port is called by: some flaws are one part's only. */
final class Caller {

    private Caller() {}

    static boolean isIn(String type) {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getClassName().equals("io.waybill.engine." + type)));
    }
}
