package io.waybill.crash.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Below the range from which Linux takes the ports of outgoing connections, so that they stay free. */
public final class FreePorts {

    private static final int FIRST = 20_000;
    private static final int SPAN = 8_000;
    private static final int STEP = 31;

    private FreePorts() {}

    public static List<Integer> take(int count) {
        List<ServerSocket> sockets = new ArrayList<>();
        int candidate = FIRST + (int) (ProcessHandle.current().pid() * STEP % SPAN);
        try {
            while (sockets.size() < count) {
                try {
                    sockets.add(new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress()));
                } catch (IOException taken) {
                    // the next one
                }
                candidate++;
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            sockets.forEach(FreePorts::close);
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
