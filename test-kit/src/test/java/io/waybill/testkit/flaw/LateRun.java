package io.waybill.testkit.flaw;

import io.waybill.pipeline.Context;
import java.lang.reflect.Field;

/** A run that was given up, made to count again: the engine itself has no switch for that. */
public final class LateRun {

    private LateRun() {}

    /** Undoes the cut. */
    public static void revive(Context<?, ?> context) {
        try {
            Object scope = field(context, "scope");
            Field cut = scope.getClass().getDeclaredField("cut");
            cut.setAccessible(true);
            cut.setBoolean(scope, false);
        } catch (ReflectiveOperationException renamed) {
            throw new IllegalStateException("the switch no longer fits the engine", renamed);
        }
    }

    private static Object field(Object of, String name) throws ReflectiveOperationException {
        Field field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }
}
