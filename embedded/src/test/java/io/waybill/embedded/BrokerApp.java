package io.waybill.embedded;

import java.nio.file.Path;

/** Nothing but a broker, on the folder and the port that it is told, until it is killed. */
final class BrokerApp {

    private BrokerApp() {}

    public static void main(String[] arguments) throws InterruptedException {
        EmbeddedKafka kafka = EmbeddedKafka.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
        synchronized (kafka) {
            kafka.wait();
        }
    }
}
