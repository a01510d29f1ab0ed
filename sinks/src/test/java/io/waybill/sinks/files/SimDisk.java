package io.waybill.sinks.files;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that dies at any step. Loss of power takes any of what was not synced: contents keep a piece, and of
 * changes to folders each is kept or lost, a rename as a whole, and none without those before it of the same file.
 */
class SimDisk implements Disk, InstantSource {

    private final Node root = new Node(true);
    private final Random random;
    private List<Op> pending = new ArrayList<>();
    private long millis = 1_000_000;
    private int steps;
    private int dieAt = -1;
    private boolean afterwards;
    private boolean dead;
    private Runnable onStep = () -> {};
    private Runnable onDeath = () -> {};
    private boolean forgetful;
    private @Nullable String failing;

    SimDisk(Random random) {
        this.random = random;
    }

    private static final class Node {
        final boolean folder;
        Map<String, Node> live = new TreeMap<>();
        Map<String, Node> durable = new TreeMap<>();
        byte[] content = new byte[0];
        byte[] kept = new byte[0];
        long modified;

        Node(boolean folder) {
            this.folder = folder;
        }
    }

    private record Change(
            Node folder, String name, @Nullable Node node) {
        void apply(Map<String, Node> names) {
            if (node == null) {
                names.remove(name);
            } else {
                names.put(name, node);
            }
        }
    }

    private record Op(Node subject, List<Change> changes) {
        void makeDurable() {
            changes.forEach(change -> change.apply(change.folder().durable));
        }
    }

    /** The machine or the process is gone: nothing of it goes on. */
    static final class Died extends Error {
        private static final long serialVersionUID = 1;
    }

    /** @param after whether that step still has its effect */
    void dieAt(int step, boolean after) {
        steps = 0;
        dieAt = step;
        afterwards = after;
    }

    void live() {
        dieAt = -1;
    }

    int steps() {
        return steps;
    }

    /** Runs between any two steps. */
    void onStep(Runnable look) {
        onStep = look;
    }

    /** It says that it synced folders, and did not. */
    void forgetful() {
        forgetful = true;
    }

    /** Whose disk it is dies with it. */
    void onDeath(Runnable death) {
        onDeath = death;
    }

    /** Every operation on a path that holds this fails from now on. */
    void failing(@Nullable String path) {
        failing = path;
    }

    /** The process was killed; the machine is well. */
    void killed() {
        dead = false;
        dieAt = -1;
    }

    void powerLost() {
        Set<Node> broken = new HashSet<>();
        for (Op op : pending) {
            if (broken.contains(op.subject()) || random.nextBoolean()) {
                broken.add(op.subject());
            } else {
                op.makeDurable();
            }
        }
        pending = new ArrayList<>();
        restore(root, new HashSet<>());
        killed();
    }

    private static void restore(Node node, Set<Node> seen) {
        if (seen.add(node)) {
            node.content = node.kept;
            node.live = new TreeMap<>(node.durable);
            node.live.values().forEach(inner -> restore(inner, seen));
        }
    }

    private interface Effect<R> {
        R run() throws IOException;
    }

    private <R> R step(Path path, Effect<R> effect) throws IOException {
        if (dead) {
            throw new Died();
        }
        onStep.run();
        millis++;
        boolean dies = ++steps == dieAt;
        dead = dies;
        if (dies) {
            onDeath.run();
        }
        if (dies && !afterwards) {
            throw new Died();
        }
        if (failing != null && path.toString().contains(failing)) {
            throw new IOException("No space left on device");
        }
        R result = effect.run();
        if (dies) {
            throw new Died();
        }
        return result;
    }

    private @Nullable Node at(Path path) {
        Node node = root;
        for (Path name : path) {
            node = node == null ? null : node.live.get(name.toString());
        }
        return node;
    }

    private Node there(Path path) throws IOException {
        Node node = at(path);
        if (node == null) {
            throw new NoSuchFileException(path.toString());
        }
        return node;
    }

    private static Path folderOf(Path path) {
        return Objects.requireNonNull(path.getParent());
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }

    private void change(Node subject, Change... changes) {
        for (Change change : changes) {
            change.apply(change.folder().live);
            change.folder().modified = millis;
        }
        pending.add(new Op(subject, List.of(changes)));
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis);
    }

    void advance(long by) {
        millis += by;
    }

    @Override
    public boolean isFolder(Path path) throws IOException {
        return step(path, () -> {
            Node node = at(path);
            return node != null && node.folder;
        });
    }

    @Override
    public boolean exists(Path path) throws IOException {
        return step(path, () -> at(path) != null);
    }

    @Override
    public Instant modified(Path path) throws IOException {
        return step(path, () -> Instant.ofEpochMilli(there(path).modified));
    }

    @Override
    public List<String> list(Path folder) throws IOException {
        return step(folder, () -> List.copyOf(there(folder).live.keySet()));
    }

    @Override
    public boolean isOneStore(Path one, Path other) {
        return true;
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        boolean unused = step(folder, () -> at(folder) != null || add(folder, new Node(true)));
    }

    private boolean add(Path path, Node node) throws IOException {
        if (at(path) != null) {
            throw new FileAlreadyExistsException(path.toString());
        }
        node.modified = millis;
        change(node, new Change(there(folderOf(path)), name(path), node));
        return true;
    }

    @Override
    public void createNew(Path file) throws IOException {
        boolean unused = step(file, () -> add(file, new Node(false)));
    }

    @Override
    public void write(Path file, Content content) throws IOException {
        Node node = new Node(false);
        boolean unused = step(file, () -> add(file, node));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        content.writeTo(out);
        node.content = Arrays.copyOf(out.toByteArray(), random.nextInt(out.size() + 1));
        node.kept = Arrays.copyOf(node.content, random.nextInt(node.content.length + 1));
        unused = step(file, () -> {
            node.content = out.toByteArray();
            node.kept = node.content;
            return true;
        });
    }

    @Override
    public InputStream read(Path file) throws IOException {
        return step(file, () -> new ByteArrayInputStream(there(file).content));
    }

    @Override
    public void sync(Path folder) throws IOException {
        boolean unused = step(folder, () -> {
            Node synced = there(folder);
            if (forgetful) {
                return true;
            }
            Set<Node> subjects = new HashSet<>();
            List<Op> left = new ArrayList<>();
            pending.stream()
                    .filter(op -> op.changes().stream().anyMatch(change -> change.folder() == synced))
                    .forEach(op -> subjects.add(op.subject()));
            for (Op op : pending) {
                if (subjects.contains(op.subject())) {
                    op.makeDurable();
                } else {
                    left.add(op);
                }
            }
            pending = left;
            return true;
        });
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        boolean unused = step(from, () -> {
            Node node = there(from);
            Node target = there(folderOf(to));
            change(node, new Change(there(folderOf(from)), name(from), null), new Change(target, name(to), node));
            return true;
        });
    }

    @Override
    public void delete(Path path) throws IOException {
        boolean unused = step(path, () -> {
            Node node = there(path);
            if (!node.live.isEmpty()) {
                throw new DirectoryNotEmptyException(path.toString());
            }
            change(node, new Change(there(folderOf(path)), name(path), null));
            return true;
        });
    }

    // What a test sees and does without a step.

    void make(Path folder) {
        Node node = root;
        for (Path name : folder) {
            node = node.live.computeIfAbsent(name.toString(), unused -> new Node(true));
        }
        keep(root);
    }

    private static void keep(Node node) {
        node.durable = new TreeMap<>(node.live);
        node.live.values().forEach(SimDisk::keep);
    }

    List<String> names(Path folder) {
        Node node = at(folder);
        return node == null ? List.of() : List.copyOf(node.live.keySet());
    }

    String text(Path file) {
        return new String(Objects.requireNonNull(at(file)).content, StandardCharsets.UTF_8);
    }

    boolean isFile(Path file) {
        Node node = at(file);
        return node != null && !node.folder;
    }

    /** Somebody else takes it away, for good. */
    void remove(Path path) {
        Node node = at(path);
        if (node != null) {
            change(node, new Change(Objects.requireNonNull(at(folderOf(path))), name(path), null));
        }
    }

    void overwrite(Path file, byte[] content) {
        Node node = Objects.requireNonNull(at(file));
        node.content = content;
        node.kept = content;
    }
}
