package io.waybill.starter.engine;

import io.waybill.engine.InvalidOptionException;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The local state of this process.
 *
 * @param memory RocksDB's cache, indexes, filters and unflushed writes of all tasks of all pipelines together, outside of
 *     the heap; 16 MB to 1 TB
 */
@ConfigurationProperties("waybill.state")
public record StateProperties(@DefaultValue("128MB") DataSize memory) {

    private static final DataSize LEAST = DataSize.ofMegabytes(16);
    private static final DataSize MOST = DataSize.ofTerabytes(1);

    public StateProperties {
        if (memory.compareTo(LEAST) < 0 || memory.compareTo(MOST) > 0) {
            throw InvalidOptionException.outOfBounds("waybill.state.memory", LEAST, MOST, memory);
        }
    }
}
