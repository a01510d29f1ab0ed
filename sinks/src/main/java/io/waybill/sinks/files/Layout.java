package io.waybill.sinks.files;

import io.waybill.sink.Handle;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;

/**
 * Where everything stands. Readers see files of the folder itself; what is hidden stands below {@code .waybill/<tag>},
 * so sinks and pipelines may share a folder.
 */
record Layout(Path folder, String tag, String prefix, String suffix) {

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    Path hidden() {
        return folder.resolve(".waybill");
    }

    Path base() {
        return hidden().resolve(tag);
    }

    /** Names that say who owns a partition, and what was committed of it last. */
    Path fence() {
        return base().resolve("fence");
    }

    /** A folder for each handle that is prepared. */
    Path staged() {
        return base().resolve("staged");
    }

    /** Committed rows whose file has not rolled yet, a folder for each participant. */
    Path rolling() {
        return base().resolve("rolling");
    }

    /** Sorted by name, files of one partition are in the order of their commits. */
    String visible(Handle handle, long stamp) {
        return prefix + STAMP.format(Instant.ofEpochMilli(stamp)) + "-" + tag + "-" + hex(handle.incarnation()) + "-"
                + handle.sequence() + suffix;
    }

    static String hex(UUID id) {
        return id.toString().replace("-", "");
    }
}
