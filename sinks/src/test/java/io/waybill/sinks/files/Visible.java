package io.waybill.sinks.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a reader sees that knows nothing of Waybill: the files of the folder, by name. */
final class Visible {

    private Visible() {}

    static List<Path> files(Path folder) {
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static List<String> rows(Path folder) {
        List<String> rows = new ArrayList<>();
        for (Path file : files(folder)) {
            try {
                rows.addAll(Files.readAllLines(file));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
        return rows;
    }
}
