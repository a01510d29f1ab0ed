package io.waybill.starter.dropfolder;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Folders whose files become messages.
 *
 * @param dropFolders by the name of the pipeline that takes their files; relative to the working directory, created
 *     where they are missing
 */
@ConfigurationProperties("waybill")
record DropFolderProperties(@Nullable Map<String, String> dropFolders) {

    static final String NAME = "waybill.drop-folders.";

    /**
     * The folders, absolute and normalised, by pipeline.
     *
     * @throws IllegalArgumentException naming the property that is wrong
     */
    Map<String, Path> folders() {
        Map<String, Path> folders = new TreeMap<>();
        if (dropFolders != null) {
            dropFolders.forEach((pipeline, text) -> folders.put(pipeline, folder(pipeline, text)));
        }
        folders.forEach((pipeline, folder) -> folders.forEach((other, otherFolder) -> {
            if (!pipeline.equals(other) && folder.startsWith(otherFolder)) {
                throw new IllegalArgumentException(
                        "expected %s%s to lie outside of every other drop folder, but it is within that of '%s': %s"
                                .formatted(NAME, pipeline, other, folder));
            }
        }));
        return folders;
    }

    private static Path folder(String pipeline, String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("expected a folder in %s%s, but it is empty".formatted(NAME, pipeline));
        }
        try {
            return Path.of(text).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(
                    "expected a folder in %s%s, but was '%s'".formatted(NAME, pipeline, text), e);
        }
    }
}
