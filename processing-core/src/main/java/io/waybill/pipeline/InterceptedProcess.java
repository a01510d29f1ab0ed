package io.waybill.pipeline;

/** A keyed operator whose calls are watched. Its states are the operator's own. */
final class InterceptedProcess extends KeyedProcess<Object, Object, Object> {

    private final KeyedProcess<Object, Object, Object> process;
    private final String operator;
    private final Intercepted.Interceptor interceptor;

    InterceptedProcess(
            KeyedProcess<Object, Object, Object> process, String operator, Intercepted.Interceptor interceptor) {
        this.process = process;
        this.operator = operator;
        this.interceptor = interceptor;
        states().addAll(process.states());
    }

    @Override
    public void process(Object value, Context<Object, Object> ctx) throws Exception {
        watched(() -> process.process(value, ctx));
    }

    @Override
    public void onTimer(Timer timer, Context<Object, Object> ctx) throws Exception {
        watched(() -> process.onTimer(timer, ctx));
    }

    private void watched(Call call) throws Exception {
        interceptor.before(operator);
        process.currentKey().set(currentKey().bytes(operator));
        try {
            call.run();
        } finally {
            process.currentKey().clear();
        }
    }

    private interface Call {
        void run() throws Exception;
    }
}
