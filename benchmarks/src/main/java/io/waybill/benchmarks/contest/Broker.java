package io.waybill.benchmarks.contest;

import io.waybill.embedded.EmbeddedKafka;
import java.nio.file.Path;

/** The one broker, in a JVM of its own. Says its bootstrap servers, then serves until its standard input ends. */
public final class Broker {

    private Broker() {}

    public static void main(String[] arguments) throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(Path.of(arguments[0]))) {
            System.out.println(kafka.bootstrapServers());
            ChildJvm.awaitEnd();
        }
    }
}
