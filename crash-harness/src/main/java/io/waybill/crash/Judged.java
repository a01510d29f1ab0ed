package io.waybill.crash;

import io.waybill.crash.job.WaybillJob;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A system that does the job, and how one of its instances is started. */
enum Judged {
    WAYBILL(WaybillJob.class, 192) {
        @Override
        List<String> arguments(Instance instance) {
            List<String> arguments = new ArrayList<>(List.of(
                    "--spring.main.web-application-type=none",
                    "--spring.main.banner-mode=off",
                    "--spring.kafka.bootstrap-servers=" + instance.bootstrapServers(),
                    "--spring.datasource.url=" + instance.jdbcUrl(),
                    "--spring.datasource.username=waybill",
                    "--spring.datasource.password=waybill",
                    "--spring.datasource.hikari.maximum-pool-size=4",
                    "--spring.datasource.hikari.minimum-idle=1",
                    "--spring.datasource.hikari.connection-timeout=5000",
                    "--waybill.state-folder=" + instance.state(),
                    "--waybill.engine.store-memory=32MB",
                    "--waybill.max-payload-size=1MB",
                    "--crash.order=" + instance.order()));
            if (instance.number() == STATIC_MEMBER) {
                arguments.add("--waybill.instance-id=instance-" + instance.number());
            }
            return arguments;
        }
    };

    /** One of the instances keeps its name over restarts, the others are new members each time. */
    private static final int STATIC_MEMBER = 3;

    private final Class<?> main;
    private final int heapMegabytes;

    Judged(Class<?> main, int heapMegabytes) {
        this.main = main;
        this.heapMegabytes = heapMegabytes;
    }

    abstract List<String> arguments(Instance instance);

    Class<?> main() {
        return main;
    }

    int heapMegabytes() {
        return heapMegabytes;
    }

    /**
     * What an instance is told at its start.
     *
     * @param number from 1
     * @param bootstrapServers the way to the broker that only this instance takes
     * @param state a folder for its local stores
     * @param order for its kill points; may be empty
     */
    record Instance(int number, String bootstrapServers, String jdbcUrl, Path state, String order) {}
}
