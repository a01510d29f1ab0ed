package io.waybill.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Looks before a server leaps: a broker that finds its port taken ends the whole JVM without a message. */
final class Ports {

    // Below the range from which Linux takes the ports of outgoing connections, or one could snatch it meanwhile.
    private static final int FIRST_FREE = 20_000;
    private static final int LAST_FREE = 32_000;
    private static final int ATTEMPTS = 200;

    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    private Ports() {}

    /** The wanted port; a free one for 0. */
    static int claim(String server, int wanted, String property) {
        if (wanted == 0) {
            return anyFree(server, property);
        }
        if (!isFree(wanted)) {
            throw EmbeddedServerException.portTaken(server, wanted, property);
        }
        return wanted;
    }

    private static int anyFree(String server, String property) {
        int candidate = 0;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            candidate = ThreadLocalRandom.current().nextInt(FIRST_FREE, LAST_FREE);
            if (isFree(candidate)) {
                return candidate;
            }
        }
        throw EmbeddedServerException.portTaken(server, candidate, property);
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
