package io.waybill.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.util.FileSystemUtils;

/**
 * Initialises a server's folder as a whole or not at all: a marker beside the folder lives until the initialisation is
 * done, and where one is found, the process died half-way and what it left is removed. Without a marker nothing is ever
 * removed.
 */
final class FirstStart {

    private final Path marker;
    private final boolean due;

    private FirstStart(Path marker, boolean due) {
        this.marker = marker;
        this.due = due;
    }

    static FirstStart of(Path folder) throws IOException {
        Path marker = folder.resolveSibling(folder.getFileName() + ".unfinished");
        if (Files.exists(marker)) {
            FileSystemUtils.deleteRecursively(folder);
        }
        boolean due = Files.notExists(folder);
        if (due && Files.notExists(marker)) {
            Files.createFile(marker);
        }
        return new FirstStart(marker, due);
    }

    boolean isDue() {
        return due;
    }

    void done() throws IOException {
        Files.delete(marker);
    }
}
