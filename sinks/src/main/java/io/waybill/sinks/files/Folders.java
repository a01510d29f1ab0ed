package io.waybill.sinks.files;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Deletes folders of the sink's own, which are two levels deep at most. Others may do the same at the same time. */
final class Folders {

    private Folders() {}

    static void delete(Disk disk, Path folder) throws IOException {
        try {
            for (String name : disk.list(folder)) {
                Path inner = folder.resolve(name);
                if (disk.isFolder(inner)) {
                    delete(disk, inner);
                } else {
                    disk.delete(inner);
                }
            }
            disk.delete(folder);
        } catch (NoSuchFileException gone) {
            // By another.
        }
    }
}
