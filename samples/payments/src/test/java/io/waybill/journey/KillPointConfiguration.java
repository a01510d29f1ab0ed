package io.waybill.journey;

import io.waybill.engine.Probe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Makes the application wait at a point of the commit protocol until it is killed there. Given to the child process by
 * {@code spring.main.sources}; the application itself knows nothing of it.
 */
@Configuration(proxyBeanMethods = false)
class KillPointConfiguration {

    /** @param reached a file that appears when the point was passed for the {@code times}-th time */
    @Bean
    Probe killPoint(
            @Value("${kill.point}") Probe.Point at,
            @Value("${kill.times}") int times,
            @Value("${kill.file}") Path reached) {
        AtomicInteger passed = new AtomicInteger();
        return (point, subject) -> {
            if (point == at && passed.incrementAndGet() == times) {
                announce(reached);
                while (!Thread.currentThread().isInterrupted()) {
                    LockSupport.park();
                }
            }
        };
    }

    private static void announce(Path reached) {
        try {
            Files.createFile(reached);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
