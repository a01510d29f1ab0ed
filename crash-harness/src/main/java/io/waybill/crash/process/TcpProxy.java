package io.waybill.crash.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One way to a server, which can be cut, stalled in both directions or only for answers, and healed. Safe for any
 * thread.
 */
public final class TcpProxy implements AutoCloseable {

    private static final int BUFFER = 64 * 1024;

    private enum Direction {
        REQUESTS,
        ANSWERS
    }

    private final ServerSocket server;
    private final InetSocketAddress target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition healed = lock.newCondition();
    private boolean requestsStalled;
    private boolean answersStalled;
    private volatile boolean closed;

    public TcpProxy(int port, int targetPort) {
        try {
            this.server = new ServerSocket(port, 128, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
        Thread.ofPlatform().daemon().name("proxy-" + port).start(this::accept);
    }

    /** Where it listens. */
    public int port() {
        return server.getLocalPort();
    }

    /** Resets every connection; new ones are let through. */
    public void cut() {
        for (Socket socket : sockets) {
            reset(socket);
        }
    }

    /** Nothing passes in either direction; connections stay open. */
    public void stall() {
        set(true, true);
    }

    /** Requests pass, their answers do not. */
    public void stallAnswers() {
        set(false, true);
    }

    public void heal() {
        set(false, false);
    }

    private void set(boolean requests, boolean answers) {
        lock.lock();
        try {
            requestsStalled = requests;
            answersStalled = answers;
            healed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = server.accept();
                Socket behind = new Socket();
                sockets.add(client);
                sockets.add(behind);
                Thread.ofVirtual().start(() -> connect(client, behind));
            } catch (IOException e) {
                if (!closed) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void connect(Socket client, Socket behind) {
        try {
            behind.connect(target);
            client.setTcpNoDelay(true);
            behind.setTcpNoDelay(true);
            Thread.ofVirtual().start(() -> pump(client, behind, Direction.REQUESTS));
            pump(behind, client, Direction.ANSWERS);
        } catch (IOException refused) {
            reset(client);
            reset(behind);
        }
    }

    private void pump(Socket from, Socket to, Direction direction) {
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int read;
            while ((read = in.read(buffer)) >= 0) {
                awaitPassage(direction);
                out.write(buffer, 0, read);
            }
        } catch (IOException cut) {
            // both ends learn it below
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        reset(from);
        reset(to);
    }

    private void awaitPassage(Direction direction) throws InterruptedException {
        lock.lock();
        try {
            while (!closed && (direction == Direction.REQUESTS ? requestsStalled : answersStalled)) {
                healed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** A reset rather than an end: what was on its way is lost. */
    private void reset(Socket socket) {
        sockets.remove(socket);
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException alreadyGone) {
            // that is what was wanted
        }
    }

    @Override
    public void close() {
        closed = true;
        heal();
        cut();
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
