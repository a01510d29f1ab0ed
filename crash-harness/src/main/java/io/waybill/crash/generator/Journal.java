package io.waybill.crash.generator;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the generator sent and what the broker acknowledged, one line each: {@code S number partition payload} is forced
 * to disk before the send, {@code A number offset} after its acknowledgement, {@code F number error} where none came.
 */
public final class Journal implements AutoCloseable {

    private final FileChannel file;
    private final StringBuilder lines = new StringBuilder();

    Journal(Path path) throws IOException {
        this.file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    void sends(long number, int partition, String payload) {
        lines.append("S\t")
                .append(number)
                .append('\t')
                .append(partition)
                .append('\t')
                .append(payload)
                .append('\n');
    }

    void acknowledged(long number, long offset) {
        lines.append("A\t").append(number).append('\t').append(offset).append('\n');
    }

    void failed(long number, String error) {
        lines.append("F\t")
                .append(number)
                .append('\t')
                .append(error.replaceAll("\\s", " "))
                .append('\n');
    }

    /** Returns when all of it is on disk. */
    void force() throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(lines.toString());
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
        file.force(false);
        lines.setLength(0);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** One send as the journal tells it; the offset is null where no acknowledgement came. */
    public record Sent(
            long number,
            int partition,
            String payload,
            @Nullable Long offset) {}

    /** By number. */
    public static Map<Long, Sent> read(Path path) throws IOException {
        Map<Long, Sent> all = new HashMap<>();
        List<String> lines = Files.readAllLines(path);
        for (String line : lines) {
            String[] fields = line.split("\t", 4);
            long number = Long.parseLong(fields[1]);
            switch (fields[0]) {
                case "S" -> all.put(number, new Sent(number, Integer.parseInt(fields[2]), fields[3], null));
                case "A" ->
                    all.computeIfPresent(
                            number,
                            (n, sent) -> new Sent(n, sent.partition(), sent.payload(), Long.parseLong(fields[2])));
                default -> {}
            }
        }
        return all;
    }
}
