package io.waybill.benchmarks.sinks;

import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/** A topic has no rows to be counted: what its writer has committed of the input stands for them. */
final class OutputTarget implements Target {

    private final Admin admin;
    private final String group;

    OutputTarget(Admin admin, String group) {
        this.admin = admin;
        this.group = group;
    }

    @Override
    public long rows() {
        try {
            return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().entrySet().stream()
                    .filter(offset -> offset.getKey().topic().equals(SinkJob.INPUT) && offset.getValue() != null)
                    .mapToLong(offset -> offset.getValue().offset())
                    .sum();
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void verify(int rows) {
        Target.require("committed records", rows, rows());
    }
}
