package io.waybill.embedded;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Kafka and Postgres beside the application. Port 0 stands for any free one.
 *
 * @param enabled whether to start them; what {@code spring.kafka} and {@code spring.datasource} say about addresses is
 *     then ignored
 * @param dataFolder where both keep their data; relative to the working directory
 */
@ConfigurationProperties("waybill.embedded")
record EmbeddedProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("./data") String dataFolder,
        @DefaultValue Kafka kafka,
        @DefaultValue Postgres postgres) {

    static final String DATA_FOLDER = "waybill.embedded.data-folder";
    static final String KAFKA_PORT = "waybill.embedded.kafka.port";
    static final String CONTROLLER_PORT = "waybill.embedded.kafka.controller-port";
    static final String POSTGRES_PORT = "waybill.embedded.postgres.port";

    private static final int LAST_PORT = 65_535;

    /** Not bound as a path: Spring would rather take a class path folder of that name. */
    Path folder() {
        return Path.of(dataFolder);
    }

    /**
     * The broker.
     *
     * @param port where clients connect
     * @param controllerPort where the broker talks to its own controller
     */
    record Kafka(
            @DefaultValue("29092") int port,
            @DefaultValue("29093") int controllerPort) {
        Kafka {
            checkPort(KAFKA_PORT, port);
            checkPort(CONTROLLER_PORT, controllerPort);
            if (port != 0 && port == controllerPort) {
                throw new IllegalArgumentException(
                        "expected %s and %s to differ, but both are %d".formatted(KAFKA_PORT, CONTROLLER_PORT, port));
            }
        }
    }

    /**
     * The database server.
     *
     * @param port where clients connect; database and user are called waybill
     */
    record Postgres(@DefaultValue("25432") int port) {
        Postgres {
            checkPort(POSTGRES_PORT, port);
        }
    }

    private static void checkPort(String property, int port) {
        if (port < 0 || port > LAST_PORT) {
            throw new IllegalArgumentException(
                    "expected %s to be between 0 and %d, but it is %d".formatted(property, LAST_PORT, port));
        }
    }
}
