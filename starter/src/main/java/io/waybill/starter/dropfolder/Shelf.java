package io.waybill.starter.dropfolder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A folder where files are put away. A name that is taken gets a number before its ending; nothing is overwritten. */
final class Shelf {

    private static final int MOST_OF_ONE_NAME = 100_000;

    private final Path folder;

    Shelf(Path folder) {
        this.folder = folder;
    }

    /** @return where the file is now */
    Path put(Path file) throws IOException {
        return Files.move(file, freePlaceFor(file));
    }

    /**
     * Writes {@code <name>.reason.txt} first, so that no refused file is ever without its reason.
     *
     * @return where the file is now
     */
    Path put(Path file, String reason) throws IOException {
        Path place = freePlaceFor(file);
        Path note = noteOf(place);
        Files.writeString(note, reason + System.lineSeparator(), StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
        try {
            return Files.move(file, place);
        } catch (IOException e) {
            Files.deleteIfExists(note);
            throw e;
        }
    }

    private Path freePlaceFor(Path file) throws IOException {
        Files.createDirectories(folder);
        String name = file.getFileName().toString();
        for (int number = 1; number <= MOST_OF_ONE_NAME; number++) {
            Path place = folder.resolve(numbered(name, number));
            if (!exists(place) && !exists(noteOf(place))) {
                return place;
            }
        }
        throw new FileAlreadyExistsException(
                folder.resolve(name).toString(),
                null,
                "expected fewer than %d files of this name".formatted(MOST_OF_ONE_NAME));
    }

    private static boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static Path noteOf(Path place) {
        return place.resolveSibling(place.getFileName() + ".reason.txt");
    }

    private static String numbered(String name, int number) {
        if (number == 1) {
            return name;
        }
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? name + "-" + number : name.substring(0, dot) + "-" + number + name.substring(dot);
    }
}
