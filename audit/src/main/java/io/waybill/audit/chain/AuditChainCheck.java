package io.waybill.audit.chain;

import io.waybill.audit.chain.AuditChain.Anchor;
import io.waybill.audit.chain.AuditChain.Verdict;
import org.jspecify.annotations.Nullable;

/** The check of the chain as applications ask for it. Safe for any thread. */
@FunctionalInterface
public interface AuditChainCheck {

    /** @param anchor null where nothing was noted */
    Verdict check(@Nullable Anchor anchor);
}
