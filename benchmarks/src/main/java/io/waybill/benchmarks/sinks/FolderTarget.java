package io.waybill.benchmarks.sinks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A folder of files as their readers see it. */
final class FolderTarget implements Target {

    private final Path folder;

    FolderTarget(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    @Override
    public long rows() throws IOException {
        long bytes = 0;
        for (Path file : files()) {
            bytes += Files.size(file);
        }
        return bytes / (SinkRows.BYTES + 1);
    }

    @Override
    public void verify(int rows) throws IOException {
        long lines = 0;
        Set<Long> numbers = new HashSet<>();
        for (Path file : files()) {
            for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
                lines++;
                numbers.add(SinkRows.numberIn(line.getBytes(StandardCharsets.US_ASCII)));
            }
        }
        Target.require("lines", rows, lines);
        Target.require("different lines", rows, numbers.size());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
