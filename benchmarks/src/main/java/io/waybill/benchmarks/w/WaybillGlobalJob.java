package io.waybill.benchmarks.w;

import io.waybill.pipeline.Deduplicate;

/** The job on Waybill where a resend may arrive in any partition. */
final class WaybillGlobalJob {

    private WaybillGlobalJob() {}

    public static void main(String[] arguments) throws Exception {
        WaybillJob.run(arguments, Deduplicate.byMessageId().globally());
    }
}
