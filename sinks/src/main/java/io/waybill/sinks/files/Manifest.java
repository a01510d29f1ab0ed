package io.waybill.sinks.files;

import io.waybill.sink.Claim;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * What stands beside staged rows: whose they are, how many bytes, and their CRC-32C. A line each, so that a person can
 * read it.
 */
record Manifest(long bytes, long crc, List<Claim> claims) {

    static final String NAME = "claims";
    static final String ROWS = "rows";

    private static final String HEAD = "waybill-rows 1";
    private static final String END = "end";
    private static final int BUFFER = 1 << 16;

    Manifest {
        claims = List.copyOf(claims);
    }

    static Manifest of(List<FileRow> rows, List<Claim> claims) {
        Checksum crc = new CRC32C();
        long bytes = 0;
        for (FileRow row : rows) {
            crc.update(row.content());
            bytes += row.content().length;
        }
        return new Manifest(bytes, crc.getValue(), claims);
    }

    byte[] text() {
        StringBuilder text = new StringBuilder(HEAD).append('\n').append("rows %d %08x\n".formatted(bytes, crc));
        claims.forEach(
                claim -> text.append("claim %d %d %d\n".formatted(claim.partition(), claim.epoch(), claim.next())));
        return text.append(END).append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IOException where this is not all of what was written */
    static Manifest read(Disk disk, Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        List<String> lines;
        try (InputStream in = disk.read(file)) {
            lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
        try {
            if (!lines.getFirst().equals(HEAD) || !lines.getLast().equals(END)) {
                throw new IllegalArgumentException("no first or last line");
            }
            String[] rows = words(lines.get(1), "rows", 3);
            List<Claim> claims = new ArrayList<>();
            for (String line : lines.subList(2, lines.size() - 1)) {
                String[] claim = words(line, "claim", 4);
                claims.add(new Claim(Integer.parseInt(claim[1]), Long.parseLong(claim[2]), Long.parseLong(claim[3])));
            }
            return new Manifest(Long.parseLong(rows[1]), Long.parseLong(rows[2], 16), claims);
        } catch (RuntimeException damaged) {
            throw new IOException("expected %s as it was written, but it is damaged".formatted(file), damaged);
        }
    }

    private static String[] words(String line, String first, int count) {
        String[] words = line.split(" ", -1);
        if (words.length != count || !words[0].equals(first)) {
            throw new IllegalArgumentException(line);
        }
        return words;
    }

    /**
     * Copies the rows.
     *
     * @throws IOException where they are not what was written
     */
    void copy(Disk disk, Path folder, OutputStream out) throws IOException {
        Path file = folder.resolve(ROWS);
        Checksum found = new CRC32C();
        long length = 0;
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = disk.read(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                found.update(buffer, 0, n);
                length += n;
                out.write(buffer, 0, n);
            }
        }
        if (length != bytes || found.getValue() != crc) {
            throw new IOException("expected %d bytes with CRC-32C %08x in %s, but found %d with %08x"
                    .formatted(bytes, crc, file, length, found.getValue()));
        }
    }
}
