package io.waybill.crash.process;

import io.waybill.embedded.EmbeddedKafka;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A broker as a process of its own, with a listener for each way that leads through a proxy. */
public final class BrokerMain {

    private BrokerMain() {}

    /**
     * @param arguments data folder, port, controller port, then for each way {@code listening port:advertised port}
     */
    public static void main(String[] arguments) {
        int port = Integer.parseInt(arguments[1]);
        int controllerPort = Integer.parseInt(arguments[2]);
        StringBuilder listeners =
                new StringBuilder("PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(port, controllerPort));
        StringBuilder advertised = new StringBuilder("PLAINTEXT://127.0.0.1:" + port);
        StringBuilder protocols = new StringBuilder("CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT");
        for (int way = 3; way < arguments.length; way++) {
            String[] ports = arguments[way].split(":", -1);
            String name = "WAY" + (way - 2);
            listeners.append(",%s://127.0.0.1:%s".formatted(name, ports[0]));
            advertised.append(",%s://127.0.0.1:%s".formatted(name, ports[1]));
            protocols.append(",%s:PLAINTEXT".formatted(name));
        }
        Map<String, String> settings = new HashMap<>();
        settings.put("listeners", listeners.toString());
        settings.put("advertised.listeners", advertised.toString());
        settings.put("listener.security.protocol.map", protocols.toString());
        settings.put("inter.broker.listener.name", "PLAINTEXT");
        // Kafka's own values, but for the floors: what a group gets below them is Waybill's doing.
        settings.put("group.consumer.min.session.timeout.ms", "6000");
        settings.put("group.consumer.session.timeout.ms", "45000");
        settings.put("group.consumer.min.heartbeat.interval.ms", "500");
        settings.put("group.consumer.heartbeat.interval.ms", "5000");
        Parent.listen(line -> {});
        EmbeddedKafka broker = EmbeddedKafka.start(Path.of(arguments[0]), port, controllerPort, settings);
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
        Parent.tell(Word.READY, "");
    }
}
