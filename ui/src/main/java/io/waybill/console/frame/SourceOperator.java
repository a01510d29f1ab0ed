package io.waybill.console.frame;

import org.jspecify.annotations.Nullable;

/** The name that pages and URLs give to the operator without a name: the source's serde. */
public final class SourceOperator {

    private static final String NAME = "(source)";

    private SourceOperator() {}

    public static String toUrl(String operator) {
        return operator.isEmpty() ? NAME : operator;
    }

    /** The operator that a URL means; null: any. */
    public static @Nullable String fromUrl(@Nullable String operator) {
        return NAME.equals(operator) ? "" : operator;
    }
}
