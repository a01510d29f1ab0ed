package io.waybill.testkit.store;

import io.waybill.store.LocalStoreException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The files of one store, and which of them a crash leaves. */
final class Disk {

    private final Map<String, Content> files = new TreeMap<>();
    private final Deque<Content> sealing = new ArrayDeque<>();
    private boolean failed;

    static final class Content {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean complete;
        private boolean sealed;

        byte[] bytes() {
            return bytes.toByteArray();
        }

        void append(byte[] more, int from, int length) {
            if (complete) {
                throw new IllegalStateException("expected a file that is open for writing, but it is being sealed");
            }
            bytes.write(more, from, length);
        }

        boolean isSealed() {
            return sealed;
        }
    }

    Content create(String name) {
        if (files.containsKey(name)) {
            throw new LocalStoreException("expected no file " + name, new IOException("there is one"));
        }
        Content content = new Content();
        files.put(name, content);
        return content;
    }

    Content sealed(String name) {
        Content content = files.get(name);
        if (content == null || !content.sealed) {
            throw new LocalStoreException("expected a file " + name, new IOException("there is none"));
        }
        return content;
    }

    List<String> names() {
        return files.entrySet().stream()
                .filter(file -> file.getValue().sealed)
                .map(Map.Entry::getKey)
                .toList();
    }

    void delete(String name) {
        sealed(name);
        files.remove(name);
    }

    void seal(Content content) {
        content.complete = true;
        sealing.add(content);
    }

    /** Whose turn it is: they are sealed in their order. */
    void sealNext() {
        Content next = failed ? null : sealing.poll();
        if (next != null) {
            next.sealed = true;
        }
    }

    /** From now on nothing is sealed, until the store is opened anew. */
    void fail() {
        failed = true;
    }

    boolean hasFailed() {
        return failed;
    }

    /** Of a file that is not sealed nothing is left. */
    void close(Content content) {
        if (!content.sealed) {
            files.values().remove(content);
        }
    }

    int waiting() {
        return sealing.size();
    }

    /** The process ended. So many of those that wait are sealed, the others and all that were being written are gone. */
    void end(int survivors) {
        for (int i = 0; i < survivors; i++) {
            sealNext();
        }
        sealing.clear();
        failed = false;
        files.values().removeIf(content -> !content.sealed);
    }

    Disk copied() {
        Disk copy = new Disk();
        names().forEach(name -> copy.files.put(name, sealed(name)));
        return copy;
    }
}
